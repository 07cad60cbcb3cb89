"""A role of Taut in Python: subclass Model, then serve() it at an address.

Needs pyzmq, protobuf and taut_link_pb2, made by: protoc --python_out=. taut_link.proto
The protocol is in docs/links.md; this file is an example of it, and usable as it is.
"""
import os
import signal
import sys
import time

import taut_link_pb2 as pb
import zmq

PROTOCOL = 1
MESSAGE_MAX = 1 << 20  # longer ones are refused
FRAME_MAX = 4 << 20  # longer ones cost their sender the connection
TICKS_MAX = 64
TICK_NS_MAX = (1 << 62) - 1  # further on, the sum of two times would overflow
HOLD_S = 5.0  # a harness that was silent for so long gives way to the next


class Model:
    """One instance of a role. Ports are dictionaries by name: SI values, enums as labels, arrays as lists."""

    role = "controller"
    name = "python_controller"
    version = "1.0.0"
    period_ns = None  # None: the role's usual one

    def reset(self, tick_ns):
        """Sets the state to its start."""

    def step(self, inputs, tick_ns):
        """Moves the state one period on."""

    def output(self, tick_ns):
        """Returns {name: value}; ports left out keep their initial value."""
        return {}


class Refused(Exception):
    """A request that cannot be done; the harness shows the text."""


def table_hash(table):
    """FNV-1a over the table as text, see docs/links.md."""
    lines = [f"role {table.role} ", f"period {table.period_ns} {table.period_ns_min} {table.period_ns_max} "]
    for kind, signals in (("param", table.params), ("input", table.inputs),
                          ("output", table.outputs), ("event", table.events)):
        for s in signals:
            words = [kind, s.name, s.unit, s.count, s.flags, *s.si, *s.labels]
            lines.append("".join(f"{word} " for word in words))
    value = 14695981039346656037
    for byte in "".join(line + "\n" for line in lines).encode():
        value = (value ^ byte) * 1099511628211 & 0xFFFFFFFFFFFFFFFF
    return value


class Ports:
    """Turns lists of doubles into dictionaries and back."""

    def __init__(self, signals):
        self.signals = [(s.name, s.count, list(s.labels), s.init) for s in signals]
        self.n_slots = sum(s.count for s in signals)

    def read(self, values):
        ports, at = {}, 0
        for name, count, labels, _ in self.signals:
            value = values[at] if count == 1 else list(values[at:at + count])
            # A broken wire may carry what is no index.
            if labels and count == 1 and value in range(len(labels)):
                value = labels[int(value)]
            ports[name] = value
            at += count
        return ports

    def write(self, ports):
        unknown = ports.keys() - {name for name, *_ in self.signals}
        if unknown:
            raise KeyError(f"no output is named {sorted(unknown)}")
        values = []
        for name, count, labels, init in self.signals:
            value = ports.get(name, init if count == 1 else [init] * count)
            if isinstance(value, str):
                value = labels.index(value)
            values.extend([float(value)] if count == 1 else map(float, value))
        return values


class Session:
    """One harness, from Hello to Terminate."""

    def __init__(self, make_model, identity, hello):
        self.make_model, self.identity, self.id = make_model, identity, hello.session
        self.next_sequence, self.instances = 2, []
        self.table = pb.Table()
        self.table.CopyFrom(hello.hello.table)
        self.table.model, self.table.version = make_model.name, make_model.version
        if make_model.period_ns:
            self.table.period_ns = self.table.period_ns_min = self.table.period_ns_max = make_model.period_ns
        self.n_ticks = hello.hello.ticks_per_exchange
        self.inputs, self.outputs = Ports(self.table.inputs), Ports(self.table.outputs)

    def handle(self, request, answer):
        body = request.WhichOneof("body")
        if body == "instantiate":
            if request.instance != len(self.instances) or request.instance >= 32:
                raise Refused(f"the next instance is {len(self.instances)}")
            self.instances.append([self.make_model(), request.instantiate.period_ns, False])
        elif body in ("reset", "step", "output"):
            if request.instance >= len(self.instances):
                raise Refused(f"there is no instance {request.instance}")
            if not all(0 <= tick_ns <= TICK_NS_MAX for tick_ns in (request.tick_ns, *request.step.ticks_ns)):
                raise Refused("times are not below 0, nor beyond 2^62 ns")
            model, period_ns, is_reset = instance = self.instances[request.instance]
            if body == "reset":
                instance[2] = True
                model.reset(request.tick_ns)
            elif not is_reset:
                raise Refused("a reset comes first")
            if body == "step":
                self.step(model, period_ns, request, answer)
                return
            answer.outputs.extend(self.outputs.write(model.output(request.tick_ns)))

    def step(self, model, period_ns, request, answer):
        """One period, or several with a row of inputs each."""
        ticks_ns, values = request.step.ticks_ns or [request.tick_ns], request.step.inputs
        n_slots = self.inputs.n_slots
        if len(ticks_ns) > self.n_ticks or len(values) != len(ticks_ns) * n_slots:
            raise Refused(f"a step has {n_slots} inputs for each of at most {self.n_ticks} ticks, "
                          f"got {len(values)} for {len(ticks_ns)}")
        for i, tick_ns in enumerate(ticks_ns):
            model.step(self.inputs.read(values[i * n_slots:(i + 1) * n_slots]), tick_ns)
            answer.outputs.extend(self.outputs.write(model.output(tick_ns + period_ns)))


def welcome(make_model, session, hello, reply):
    """Fills the reply to Hello; raises Refused when the harness wants something else."""
    if hello.protocol != PROTOCOL:
        raise Refused(f"{hello.software} speaks version {hello.protocol} of the protocol, this peer {PROTOCOL}")
    if hello.role != make_model.role:
        raise Refused(f"this peer fills the role '{make_model.role}', not '{hello.role}'")
    if hello.mode != pb.LOCKSTEP:
        raise Refused("this peer runs in lockstep only")
    if not 1 <= hello.ticks_per_exchange <= TICKS_MAX:
        raise Refused(f"an exchange has 1 to {TICKS_MAX} ticks, not {hello.ticks_per_exchange}")
    reply.welcome.protocol = PROTOCOL
    reply.welcome.software = f"{make_model.name} {make_model.version}"
    reply.welcome.role = make_model.role
    reply.welcome.table.CopyFrom(session.table)
    reply.welcome.table_hash = table_hash(session.table)


class Peer:
    """A listening socket and the harness that holds it."""

    def __init__(self, make_model, endpoint):
        if not endpoint.startswith(("ipc:///", "tcp://127.")):
            raise ValueError(f"{endpoint}: an address is ipc:///PATH or tcp://127.0.0.1:PORT")
        self.make_model, self.endpoint, self.session, self.refused = make_model, endpoint, None, {}
        self.socket = zmq.Context.instance().socket(zmq.ROUTER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.ROUTER_MANDATORY, 1)  # sending to who is gone is an error
        self.socket.setsockopt(zmq.MAXMSGSIZE, FRAME_MAX)
        mask = os.umask(0o077)
        self.socket.bind(endpoint)
        os.umask(mask)
        self.heard_s = 0.0

    def refuse(self, kind):
        """Counts; each tenth power is said, so that a flood of them does not fill the log."""
        self.refused[kind] = n = self.refused.get(kind, 0) + 1
        if str(n).rstrip("0") == "1":
            print(f"refused {n} so far: {kind}", file=sys.stderr, flush=True)

    def send(self, identity, message):
        try:
            self.socket.send_multipart([identity, message.SerializeToString()], zmq.DONTWAIT)
            return True
        except zmq.ZMQError:
            return False

    def is_free(self):
        if self.session is None or time.monotonic() - self.heard_s >= HOLD_S:
            return True
        sign_of_life = pb.Message(session=self.session.id, heartbeat=pb.Heartbeat())
        return not self.send(self.session.identity, sign_of_life)

    def reply_to_hello(self, identity, request):
        is_holder = self.session is not None and identity == self.session.identity
        if request.sequence != 1 or is_holder and request.session == self.session.id:
            self.refuse("a repeated hello" if is_holder else "a hello that is not the first request")
            return
        reply = pb.Message(session=request.session, sequence=request.sequence, tick_ns=request.tick_ns)
        if not is_holder and not self.is_free():
            reply.answer.status, reply.answer.text = pb.BUSY, "another harness holds this peer"
        else:
            session = Session(self.make_model, identity, request)
            try:
                welcome(self.make_model, session, request.hello, reply)
                self.session, self.heard_s = session, time.monotonic()
            except Refused as why:
                reply.answer.status, reply.answer.text = pb.REJECT, str(why)
        self.send(identity, reply)

    def reply_to_request(self, request):
        session = self.session
        session.next_sequence += 1
        reply = pb.Message(session=request.session, sequence=request.sequence,
                           tick_ns=request.tick_ns, instance=request.instance)
        reply.answer.status = pb.OK
        try:
            session.handle(request, reply.answer)
        except Refused as why:
            reply.answer.status, reply.answer.text = pb.REJECT, str(why)
        except Exception as why:  # whatever a model does wrong ends the run, not this process
            reply.answer.Clear()
            reply.answer.status, reply.answer.text = pb.FAULT, f"{type(why).__name__}: {why}"
            print(f"at {request.tick_ns * 1e-9:.6f} s: {reply.answer.text}", file=sys.stderr)
        self.send(session.identity, reply)
        if request.WhichOneof("body") == "terminate":
            self.session = None

    def receive(self, frames):
        request = pb.Message()
        try:
            if len(frames) != 2 or len(frames[1]) > MESSAGE_MAX:
                raise ValueError
            request.ParseFromString(frames[1])
        except Exception:
            self.refuse("no Message of taut_link.proto, or too long")
            return
        body, session = request.WhichOneof("body"), self.session
        if body == "hello":
            self.reply_to_hello(frames[0], request)
        elif session is None or frames[0] != session.identity or request.session != session.id:
            self.refuse("of another session")
        elif body == "goodbye":
            self.session = None
        elif body == "heartbeat":
            self.heard_s = time.monotonic()
            if request.heartbeat.echo:
                self.send(frames[0], pb.Message(session=session.id, heartbeat=pb.Heartbeat()))
        elif body not in ("instantiate", "reset", "step", "output", "terminate"):
            self.refuse("of a kind that is no request")
        elif request.sequence != session.next_sequence:
            self.refuse("with a sequence number that is not due")
        else:
            self.heard_s = time.monotonic()
            self.reply_to_request(request)

    def run(self):
        while True:  # a signal that comes just before a wait is seen after it
            if self.socket.poll(200):
                self.receive(self.socket.recv_multipart())

    def close(self):
        if self.session is not None:
            goodbye = pb.Message(session=self.session.id, goodbye=pb.Goodbye(text="the peer was stopped"))
            self.send(self.session.identity, goodbye)
        self.socket.close(linger=100)
        if self.endpoint.startswith("ipc://") and os.path.exists(self.endpoint[6:]):
            os.unlink(self.endpoint[6:])


def serve(make_model, endpoint):
    """Serves instances of a Model class at an address until SIGINT or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    peer = Peer(make_model, endpoint)
    print(f"{make_model.role} ({make_model.name}) listens on {endpoint}", file=sys.stderr, flush=True)
    try:
        peer.run()
    except KeyboardInterrupt:
        pass
    finally:
        peer.close()
