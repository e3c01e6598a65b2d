/** Servers on loopback, and an address where there is none. */
import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { Server, Socket } from "node:net"
import { whenDone } from "./resources.ts"

/** Has a server listen on a port that the system chooses, until the test file is done; gives the port. */
export const listen = async (server: Server): Promise<number> => {
  const sockets = new Set<Socket>()
  server.on("connection", (socket: Socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  whenDone(async () => {
    if (!server.listening) return
    const closed = once(server, "close")
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  })
  const address = server.address()
  if (typeof address !== "object" || address === null) throw new Error("the server has no port")
  return address.port
}

/** Serves HTTP until the test file is done; gives the address. */
export const serveHttp = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listen(createServer(listener))}/`

/**
 * An address that refuses connections, where 127.0.0.0/8 is loopback as on Linux. Nothing listens on this loopback address: servers of tests use 127.0.0.1, so no
 * port that one of them gets can be this one. `fetch` does not ask some ports at all, 9 among them.
 */
export const nowhere = "http://127.77.0.1:4/"
