"""What a NatsStub can do in place of an honest answer: functions of the session and the request."""

import json

from nats_stream import Request

WRONG_LAST = 10071


def silent(_session, _request):
    """No answer."""


def closes(session, _request):
    session.close()


def resets(session, _request):
    session.reset()


def ack(seq, stream="HARK", **fields):
    """An acknowledgement, though nothing was stored."""
    return answers({"stream": stream, "seq": seq, **fields})


def error(code, err_code, description, **fields):
    """An error of the API."""
    return answers({"error": {"code": code, "err_code": err_code, "description": description},
                    **fields})


def wrong_last(seq):
    return error(400, WRONG_LAST, f"wrong last sequence: {seq}", stream="HARK", seq=0)


def answers(body):
    """Answers with a dictionary, or with bytes."""
    return lambda session, request: session.answer(request, body)


def no_responders(session, request):
    session.message(request.reply, status="503")


def says(data):
    """These bytes, outside of any message."""
    return lambda session, _request: session.send(data)


def err(text):
    """-ERR, without closing the connection."""
    return lambda session, _request: session.error(text)


def both(*behaviours):
    """These behaviours, one after the other."""
    def run(session, request):
        for behaviour in behaviours:
            behaviour(session, request)
    return run


def stores(session, request):
    """Stores the request, and does not answer."""
    with session.stub.changed:
        session.stub.stream.store(request)


def honestly(session, request):
    """Does what an honest server would have done."""
    getattr(session.stub, f"honest_{request.point}")(session, request)


def in_pieces(size, pause):
    """The honest answer, `size` bytes at a time; `pause()` is called in between."""
    def run(session, request):
        send = session.send

        def slowly(data):
            for start in range(0, len(data), size):
                send(data[start:start + size])
                pause()
        session.send = slowly
        try:
            honestly(session, request)
        finally:
            session.send = send
    return run


def cut(length):
    """The first bytes of the honest answer, then the end of the connection."""
    def run(session, request):
        send = session.send
        session.send = lambda data: send(data[:length])
        honestly(session, request)
        session.send = send
        session.close()
    return run


def hello(**fields):
    """INFO with other fields."""
    def run(session, _request):
        info = {**session.stub.server_info(), **fields}
        session.send(b"INFO " + json.dumps(info).encode() + b" \r\n")
    return run


def gigantic_info(size):
    """INFO with `size` bytes of padding."""
    return hello(padding="x" * size)


def stored_request(subject, headers, payload, block):
    """A request that nobody sent, for Stream.store()."""
    return Request("publish", None, [], subject, "", headers, payload, block)
