"""A whole controller: arms in two steps, carries the load, unloads and latches at a symptom. Start it, then
taut run scenarios/safety/leak.lua --with controller=ipc:///tmp/controller"""
import sys

import taut_link

DT, RADIUS_M, SIDES = 0.001, 0.035, ("left", "right")


class Controller(taut_link.Model):
    period_ns = 1_000_000

    def reset(self, tick_ns):
        self.arm, self.safety, self.cause, self.inp, self.still, self.n = "disarmed", "normal", "none", {}, 0.0, 0
        self.load, self.trim, self.x, self.v = ({side: 0.0 for side in SIDES} for _ in range(4))

    def step(self, inp, tick_ns):
        is_new = {key: inp[key] != self.inp.get(key, 0) for key in ("report_seq", "command_seq")}
        self.inp, self.n, command = inp, self.n + 1, inp["command"]
        for s in SIDES:  # the encoder turns when cable is paid out
            x = RADIUS_M * inp[s + "_encoder_angle_rad"]
            self.v[s] += 0.2 * ((x - self.x[s]) / DT - self.v[s])
            self.x[s] = x
        used = [s for s in SIDES if inp[s + "_load_n"] > 0]
        is_ready = all(inp[s + "_hand_presence"] and self.x[s] > 0.05 and abs(self.v[s]) < 0.1 for s in used)
        self.still = self.still + DT if is_ready else 0.0
        if self.arm == "armed" and (inp["spotter_unload"] or is_new["report_seq"] and inp["report"] != "none"):
            self.safety, self.cause = "symptom_ramp", "symptom"
        if is_new["command_seq"] and command == "arm_request" and self.safety == "normal":
            self.arm, self.still = "requested", 0.0
        elif is_new["command_seq"] and command == "arm_confirm" and self.arm == "ready":
            self.arm = "armed"
        elif self.arm == "requested" and self.still >= 1.0:
            self.arm = "ready"
        is_on = self.arm == "armed" and self.safety == "normal" and command not in ("unload", "disarm")
        for s in SIDES:  # up less than 50 N/s; the load cell trims what friction adds
            want, down_n_s = inp[s + "_load_n"] * inp[s + "_load_scale"] * is_on, 400 if self.cause == "none" else 900
            self.load[s] += max(-down_n_s * DT, min(49 * DT, want - self.load[s]))
            trim = self.trim[s] + 40 * DT * (self.load[s] - inp[s + "_load_cell_n"])
            self.trim[s] = max(-30.0, min(30.0, trim)) if self.arm == "armed" else 0.0
        if not is_on and max(self.load.values()) <= 0 and (self.arm == "armed" or command == "disarm"):
            self.arm = "disarmed"
            self.safety = "latched" if self.safety == "symptom_ramp" else self.safety

    def output(self, tick_ns):
        permit = self.arm != "disarmed"
        out = {"torque_seq": self.n, "safety_state": self.safety, "cause": self.cause, "arm_state": self.arm,
               "armed": self.arm == "armed", "report_ack_seq": self.inp.get("report_seq", 0),
               "form_ack_seq": self.inp.get("form_alert_seq", 0), "command_ack_seq": self.inp.get("command_seq", 0)}
        for s in SIDES:  # 5 N keep the cable taut
            force = max(self.load[s] + self.trim[s], 5.0) if permit else 0.0
            out |= {s + "_torque_command_nm": force * RADIUS_M, s + "_current_ceiling_a": 40.0,
                    s + "_torque_permit": permit, s + "_load_command_n": self.load[s], s + "_position_m": self.x[s],
                    s + "_speed_m_s": self.v[s], s + "_hand_held": self.inp.get(s + "_hand_presence", 0)}
        return out


if __name__ == "__main__":
    taut_link.serve(Controller, sys.argv[1])
