/**
 * The emulator on a socket of Node.
 *
 * Fails    `serve` rejects with an Error that names the port when it cannot have it
 */
import { createAdaptorServer } from "@hono/node-server"
import type { Emulator } from "./index.ts"

/** Where to listen. */
export interface ServeOptions {
  /** 0 takes any free port. */
  readonly port: number
  /** "127.0.0.1". */
  readonly hostname?: string
}

/** An emulator that listens. */
export interface Served {
  /** The base address, without a slash at its end. */
  readonly url: string
  readonly port: number
  /** Breaks open connections and stops listening. */
  readonly close: () => Promise<void>
}

/** Puts an emulator on a port. */
export const serve = (
  emulator: { readonly app: Pick<Emulator["app"], "fetch"> },
  options: ServeOptions,
): Promise<Served> => {
  const hostname = options.hostname ?? "127.0.0.1"
  const adaptor = createAdaptorServer({
    // The process's own Request and Response stay as they are.
    overrideGlobalObjects: false,
    fetch: (request, { incoming }) => {
      const { socket } = incoming
      const address = socket.remoteAddress
      return emulator.app.fetch(request, {
        drop: () => socket.destroy(),
        ...(address === undefined ? {} : { address }),
      })
    },
  })
  return new Promise((resolve, reject) => {
    adaptor.once("error", (cause) => {
      reject(new Error(`cannot listen on ${hostname} port ${options.port}: ${String(cause)}`, { cause }))
    })
    adaptor.listen(options.port, hostname, () => {
      const bound = adaptor.address()
      const port = typeof bound === "object" && bound !== null ? bound.port : options.port
      resolve({
        url: `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`,
        port,
        close: () =>
          new Promise((done, failed) => {
            adaptor.close((error) => (error === undefined ? done() : failed(error)))
            if ("closeAllConnections" in adaptor) adaptor.closeAllConnections()
          }),
      })
    })
  })
}
