/**
 * The HTTP server of Node: how it listens, and how it ends.
 *
 * Fails    `UserError` names the port
 */
import { createAdaptorServer } from "@hono/node-server"
import { UserError } from "@dwell/terminal/errors"

type Server = ReturnType<typeof createAdaptorServer>

/** Whoever sends headers has so long. */
const headersTimeoutMillis = 15_000
/** Whoever is still being answered when the server ends has so long. */
const shutdownGraceMillis = 5000

export interface Listening {
  readonly port: number
  /** Takes no more connections, lets listeners go, and waits for requests that are being answered, up to a limit. */
  readonly close: (endStreams: () => Promise<unknown>) => Promise<void>
}

/** The port that a server listens on, once it does. */
const portOf = (server: Server, port: number, hostname: string): Promise<number> =>
  new Promise<number>((resolve, reject) => {
    const refused = (error: Error) => {
      reject(
        new UserError({ message: `port ${port} of ${hostname} can't be had (${String(error)}). Give another --port.` }),
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
  // Those who listen would go on for ever; the others are answered first.
  await endStreams()
  if ("closeIdleConnections" in server) server.closeIdleConnections()
  await closed
  clearTimeout(late)
}

/** Listens; port 0 is any free one. */
export const listen = async (
  fetch: (request: Request) => Response | Promise<Response>,
  { hostname, port }: { readonly hostname: string; readonly port: number },
): Promise<Listening> => {
  const server = createAdaptorServer({ fetch })
  if ("headersTimeout" in server) {
    server.headersTimeout = headersTimeoutMillis
    // A body may take as long as it takes, as long as it keeps coming.
    server.requestTimeout = 0
    server.keepAliveTimeout = 65_000
  }
  return { port: await portOf(server, port, hostname), close: (endStreams) => close(server, endStreams) }
}
