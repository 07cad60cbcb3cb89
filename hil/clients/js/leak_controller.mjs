// A whole controller: arms in two steps, carries the load, unloads and latches at a symptom. Start it, then
// taut run scenarios/safety/leak.lua --with controller=ipc:///tmp/controller
import { Model, serve } from "./taut_link.mjs"

const DT = 0.001, RADIUS_M = 0.035, SIDES = ["left", "right"]

class Controller extends Model {
  static period_ns = 1_000_000

  reset() {
    Object.assign(this, { arm: "disarmed", safety: "normal", cause: "none", inp: {}, still: 0, n: 0 })
    this.sides = Object.fromEntries(SIDES.map((s) => [s, { load: 0, trim: 0, x: 0, v: 0 }]))
  }

  step(inp) {
    const [isTold, isNew] = ["report_seq", "command_seq"].map((key) => inp[key] !== (this.inp[key] ?? 0))
    const { command } = inp, { sides } = this
    this.inp = inp
    this.n++
    for (const s of SIDES) { // the encoder turns when cable is paid out
      const x = RADIUS_M * inp[s + "_encoder_angle_rad"], it = sides[s]
      it.v += 0.2 * ((x - it.x) / DT - it.v)
      it.x = x
    }
    const isReady = SIDES.every((s) => inp[s + "_load_n"] <= 0 ||
      (inp[s + "_hand_presence"] && sides[s].x > 0.05 && Math.abs(sides[s].v) < 0.1))
    this.still = isReady ? this.still + DT : 0
    if (this.arm === "armed" && (inp.spotter_unload || (isTold && inp.report !== "none")))
      Object.assign(this, { safety: "symptom_ramp", cause: "symptom" })
    if (isNew && command === "arm_request" && this.safety === "normal") Object.assign(this, { arm: "requested", still: 0 })
    else if (isNew && command === "arm_confirm" && this.arm === "ready") this.arm = "armed"
    else if (this.arm === "requested" && this.still >= 1) this.arm = "ready"
    const isOn = this.arm === "armed" && this.safety === "normal" && !["unload", "disarm"].includes(command)
    for (const s of SIDES) { // up less than 50 N/s; the load cell trims what friction adds
      const it = sides[s], want = inp[s + "_load_n"] * inp[s + "_load_scale"] * isOn
      it.load += Math.max(-(this.cause === "none" ? 400 : 900) * DT, Math.min(49 * DT, want - it.load))
      const trim = it.trim + 40 * DT * (it.load - inp[s + "_load_cell_n"])
      it.trim = this.arm === "armed" ? Math.max(-30, Math.min(30, trim)) : 0
    }
    if (isOn || SIDES.some((s) => sides[s].load > 0) || (this.arm !== "armed" && command !== "disarm")) return
    Object.assign(this, { arm: "disarmed", safety: this.safety === "symptom_ramp" ? "latched" : this.safety })
  }

  output() {
    const { inp, arm, safety, cause } = this, permit = arm !== "disarmed"
    const out = { torque_seq: this.n, safety_state: safety, cause, arm_state: arm, armed: +(arm === "armed"),
      report_ack_seq: inp.report_seq ?? 0, form_ack_seq: inp.form_alert_seq ?? 0, command_ack_seq: inp.command_seq ?? 0 }
    for (const s of SIDES) { // 5 N keep the cable taut
      const { load, trim, x, v } = this.sides[s], force = permit ? Math.max(load + trim, 5) : 0
      Object.assign(out, { [s + "_torque_command_nm"]: force * RADIUS_M, [s + "_current_ceiling_a"]: 40,
        [s + "_torque_permit"]: +permit, [s + "_load_command_n"]: load, [s + "_position_m"]: x, [s + "_speed_m_s"]: v,
        [s + "_hand_held"]: inp[s + "_hand_presence"] ?? 0 })
    }
    return out
  }
}

await serve(Controller, process.argv[2])
