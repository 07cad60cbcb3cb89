/**
 * A role of Taut in JavaScript: subclass Model, then serve() it at an address.
 *
 * Needs zeromq and protobufjs (npm ci) and taut_link.proto, which lies two folders up, or beside this file.
 * The protocol is in docs/links.md; this file is an example of it, and usable as it is.
 */
import { existsSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import protobuf from "protobufjs"
import { Router } from "zeromq"

const PROTOCOL = 1, MESSAGE_MAX = 1 << 20, FRAME_MAX = 4 << 20, TICKS_MAX = 64
const HOLD_MS = 5000 // a harness that was silent for so long gives way to the next
const TICK_NS_MAX = 2n ** 62n

const beside = (path) => fileURLToPath(new URL(path, import.meta.url))
const file = [beside("taut_link.proto"), beside("../../taut_link.proto")].find(existsSync)
const schema = protobuf.loadSync(file)
const Message = schema.lookupType("taut.link.Message")
const { BUSY, FAULT, REJECT } = schema.lookupEnum("taut.link.Status").values

/** One instance of a role. Ports are objects by name: SI values, enums as labels, arrays as arrays. */
export class Model {
  static role = "controller"
  static model = "javascript_controller"
  static version = "1.0.0"
  static period_ns = null // the role's usual one

  /** Puts the state to its start. */
  reset(tick_ns) {}
  /** Moves the state one period on. */
  step(inputs, tick_ns) {}
  /** Returns { name: value }; ports left out keep their initial value. */
  output(tick_ns) {
    return {}
  }
}

/** A request that cannot be done; the harness shows the text. */
class Refused extends Error {}

const big = (value) => BigInt(value.toString()) // of a Long

/** FNV-1a over the table as text, see docs/links.md. */
function hashOf(table) {
  const lines = [`role ${table.role} `, `period ${table.periodNs} ${table.periodNsMin} ${table.periodNsMax} `]
  for (const [kind, signals] of Object.entries({
    param: table.params, input: table.inputs, output: table.outputs, event: table.events }))
    for (const s of signals)
      lines.push([kind, s.name, s.unit, s.count, s.flags, ...s.si, ...s.labels].map((word) => `${word} `).join(""))
  let value = 14695981039346656037n
  for (const byte of Buffer.from(lines.join("\n") + "\n")) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 1099511628211n)
  return value
}

const nSlots = (signals) => signals.reduce((sum, signal) => sum + signal.count, 0)

/** Values as an object by name. */
function read(signals, values) {
  let at = 0
  return Object.fromEntries(signals.map(({ name, count, labels }) => {
    const value = count === 1 ? values[at] : values.slice(at, at + count)
    at += count
    return [name, labels[value] ?? value] // a broken wire may carry what is no index
  }))
}

/** An object by name as values. */
function write(signals, ports) {
  for (const name in ports) if (!signals.some((s) => s.name === name)) throw Error(`no output is named ${name}`)
  return signals.flatMap(({ name, count, labels, init }) => {
    const value = ports[name] ?? (count === 1 ? init : Array(count).fill(init))
    if (typeof value !== "string") return [value].flat().map(Number)
    if (!labels.includes(value)) throw Error(`${name} has no label ${value}`)
    return labels.indexOf(value)
  })
}

/** One harness, from Hello to Terminate. */
class Session {
  constructor(makeModel, identity, request) {
    Object.assign(this, { makeModel, identity, id: request.session, next: 2n, instances: [] })
    this.table = { ...request.hello.table, model: makeModel.model, version: makeModel.version }
    const period = makeModel.period_ns
    if (period) Object.assign(this.table, { periodNs: period, periodNsMin: period, periodNsMax: period })
    this.nTicks = request.hello.ticksPerExchange
  }

  isOf(identity, request) {
    return this.identity.equals(identity) && this.id.equals(request.session)
  }

  /** Does a request; returns what is in its Answer. */
  handle(request) {
    const { body, instance } = request
    if (body === "instantiate") {
      if (instance !== this.instances.length || instance >= 32) throw new Refused(`the next instance is ${this.instances.length}`)
      this.instances.push({ model: new this.makeModel(), period: big(request.instantiate.periodNs), isReset: false })
    }
    if (body === "instantiate" || body === "terminate") return {}
    const it = this.instances[instance], ticks = body === "step" ? request.step.ticksNs.map(big) : []
    if (!it) throw new Refused(`there is no instance ${instance}`)
    const tick = big(request.tickNs)
    if ([tick, ...ticks].some((t) => t < 0n || t >= TICK_NS_MAX)) throw new Refused("times are not below 0, nor beyond 2^62 ns")
    if (body === "step") return { outputs: this.step(it, request.step.inputs, ticks.length ? ticks : [tick]) }
    if (body === "reset") it.model.reset(Number(tick), (it.isReset = true))
    if (!it.isReset) throw new Refused("a reset comes first")
    return { outputs: write(this.table.outputs, it.model.output(Number(tick))) }
  }

  /** One period, or several with a row of inputs each. */
  step(it, inputs, ticks) {
    const n = nSlots(this.table.inputs)
    if (!it.isReset) throw new Refused("a reset comes first")
    if (ticks.length > this.nTicks || inputs.length !== ticks.length * n)
      throw new Refused(`a step has ${n} inputs for each of at most ${this.nTicks} ticks`)
    return ticks.flatMap((tick, i) => {
      it.model.step(read(this.table.inputs, inputs.slice(i * n, (i + 1) * n)), Number(tick))
      return write(this.table.outputs, it.model.output(Number(tick + it.period)))
    })
  }
}

/** A listening socket and the harness that holds it. */
class Peer {
  constructor(makeModel) {
    Object.assign(this, { makeModel, session: null, heard: 0, refused: {} })
    this.socket = new Router({ linger: 100, mandatory: true, maxMessageSize: FRAME_MAX, sendTimeout: 1000 })
  }

  say(text) {
    console.error(`${this.makeModel.model}: ${text}`)
  }

  /** Counts; each tenth power is said, so that a flood of them does not fill the log. */
  refuse(kind) {
    const n = (this.refused[kind] = (this.refused[kind] ?? 0) + 1)
    if (Number.isInteger(Math.log10(n))) this.say(`refused ${n} so far: ${kind}`)
  }

  /** False when the other one is gone. */
  async send(identity, fields) {
    return this.socket.send([identity, Message.encode(Message.fromObject(fields)).finish()]).then(() => true, () => false)
  }

  async isFree() {
    if (!this.session || performance.now() - this.heard >= HOLD_MS) return true
    return !(await this.send(this.session.identity, { session: this.session.id, heartbeat: {} }))
  }

  /** What speaks against a harness. */
  judge({ protocol, role, mode, ticksPerExchange: n }) {
    const { role: own } = this.makeModel
    if (protocol !== PROTOCOL) return `this peer speaks version ${PROTOCOL} of the protocol`
    if (role !== own) return `this peer fills the role '${own}', not '${role}'`
    if (mode !== 0) return "this peer runs in lockstep only"
    if (n < 1 || n > TICKS_MAX) return `an exchange has 1 to ${TICKS_MAX} ticks, not ${n}`
    return null
  }

  async welcome(identity, request, head) {
    const isHolder = this.session?.identity.equals(identity) ?? false
    if (big(request.sequence) !== 1n || !request.hello.table || (isHolder && this.session.isOf(identity, request)))
      return this.refuse("a hello out of turn")
    const why = this.judge(request.hello)
    if (why) return this.send(identity, { ...head, answer: { status: REJECT, text: why } })
    if (!isHolder && !(await this.isFree()))
      return this.send(identity, { ...head, answer: { status: BUSY, text: "another harness holds this peer" } })
    const { role, model, version } = this.makeModel
    const session = (this.session = new Session(this.makeModel, identity, request))
    this.heard = performance.now()
    const tableHash = protobuf.util.Long.fromString(`${hashOf(session.table)}`, true)
    const fields = { protocol: PROTOCOL, software: `${model} ${version}`, role, table: session.table, tableHash }
    return this.send(identity, { ...head, welcome: fields })
  }

  async answer(identity, request, head) {
    let fields
    this.session.next++
    try {
      fields = this.session.handle(request)
    } catch (why) {
      // Whatever a model does wrong ends the run, not this process.
      fields = { status: why instanceof Refused ? REJECT : FAULT, text: why.message }
      this.say(`at ${Number(request.tickNs) * 1e-9} s: ${why.message}`)
    }
    await this.send(identity, { ...head, answer: fields })
    if (request.body === "terminate") this.session = null
  }

  async receive(frames) {
    let request
    try {
      if (frames.length !== 2 || frames[1].length > MESSAGE_MAX) throw Error()
      request = Message.decode(frames[1])
    } catch {
      return this.refuse("no Message of taut_link.proto, or too long")
    }
    const [identity] = frames, { session, sequence, tickNs, instance, body } = request
    const head = { session, sequence, tickNs, instance }
    if (body === "hello") return this.welcome(identity, request, head)
    if (!this.session?.isOf(identity, request)) return this.refuse("of another session")
    const isRequest = ["instantiate", "reset", "step", "output", "terminate"].includes(body)
    if (isRequest && big(sequence) !== this.session.next) return this.refuse("with a sequence number that is not due")
    this.heard = performance.now()
    if (isRequest) return this.answer(identity, request, head)
    if (body === "goodbye") this.session = null
    else if (body !== "heartbeat") this.refuse("of a kind that is no request")
    else if (request.heartbeat.echo) return this.send(identity, { session, heartbeat: {} })
  }

  async run() {
    for await (const frames of this.socket) await this.receive(frames)
  }

  async close() {
    if (this.session) await this.send(this.session.identity, { session: this.session.id, goodbye: { text: "the peer was stopped" } })
    this.session = null
    this.socket.close()
  }
}

/** Serves instances of a Model class at an address until SIGINT or SIGTERM. */
export async function serve(makeModel, endpoint) {
  if (!/^(ipc:\/\/\/|tcp:\/\/127\.)/.test(endpoint)) throw Error(`${endpoint}: an address is ipc:///PATH or tcp://127.0.0.1:PORT`)
  const peer = new Peer(makeModel), mask = process.umask(0o077)
  await peer.socket.bind(endpoint)
  process.umask(mask)
  peer.say(`${makeModel.role} listens on ${endpoint}`)
  for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => peer.close())
  await peer.run()
  if (endpoint.startsWith("ipc:")) rmSync(endpoint.slice(6), { force: true })
}
