"""The same service as one would write it in Python: appends lines to a file, and acknowledges each.

    asyncio_server.py PORT FILE
"""

import asyncio
import contextlib
import sys


async def main(port, path):
    with open(path, "ab", buffering=0) as file:

        async def serve(reader, writer):
            number = 0
            with contextlib.suppress(ConnectionError):
                while line := await reader.readline():
                    file.write(line)
                    number += 1
                    writer.write(b"250 ok #%d\r\n" % number)
                    await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", port)
        async with server:
            await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
