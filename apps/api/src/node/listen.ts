/**
 * The HTTP server of Node: how it listens, and how it closes.
 *
 * Fails    `UserError` names the port
 */
import { createAdaptorServer } from "@hono/node-server"
import { UserError } from "@dwell/terminal/errors"

type Server = ReturnType<typeof createAdaptorServer>

/** Maximum time for the headers of a request. */
const headersTimeoutMillis = 15_000
/** Grace period for open requests at shutdown. */
const shutdownGraceMillis = 5000

export interface Listening {
  readonly port: number
  /** Accepts no more connections, ends live streams, and waits for open requests, up to the grace period. */
  readonly close: (endStreams: () => Promise<unknown>) => Promise<void>
}

/** Starts to listen; gives the port. */
const portOf = (server: Server, port: number, hostname: string): Promise<number> =>
  new Promise<number>((resolve, reject) => {
    const refused = (error: Error) => {
      reject(
        new UserError({
          message: `can't listen on port ${port} of ${hostname} (${String(error)}). Give another --port.`,
        }),
      )
    }
    server.once("error", refused)
    server.listen(port, hostname, () => {
      server.off("error", refused)
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : port)
    })
  })

const close = async (server: Server, endStreams: () => Promise<unknown>): Promise<void> => {
  const closed = new Promise((done) => server.close(done))
  const late = setTimeout(() => {
    if ("closeAllConnections" in server) server.closeAllConnections()
  }, shutdownGraceMillis)
  // Live streams would never end; other requests are answered first.
  await endStreams()
  if ("closeIdleConnections" in server) server.closeIdleConnections()
  await closed
  clearTimeout(late)
}

/** Makes a server that listens; port 0 = any free port. */
export const listen = async (
  fetch: (request: Request) => Response | Promise<Response>,
  { hostname, port }: { readonly hostname: string; readonly port: number },
): Promise<Listening> => {
  const server = createAdaptorServer({ fetch })
  if ("headersTimeout" in server) {
    server.headersTimeout = headersTimeoutMillis
    // A body may take any time as long as it keeps arriving.
    server.requestTimeout = 0
    server.keepAliveTimeout = 65_000
  }
  return { port: await portOf(server, port, hostname), close: (endStreams) => close(server, endStreams) }
}
