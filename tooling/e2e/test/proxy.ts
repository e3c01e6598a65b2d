/** What stands between a program and an API, and does not always do what it should. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { buffer } from "node:stream/consumers"
import { serveHttp } from "@dwell/testing/servers"

/** What the API answered, or would have. */
export interface Passing {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly status: number
  readonly type: string
  readonly body: Buffer
}

/** Passes an answer on. */
export const pass = ({ body, response, status, type }: Passing): void => {
  response.writeHead(status, { "content-type": type }).end(body)
}

/** Hands each answer of an API to `then`; a request that `isLost` never gets there. Gives where it listens. */
export const proxy = async (
  url: string,
  then: (passing: Passing) => void,
  isLost: () => boolean = () => false,
): Promise<string> => {
  const address = await serveHttp((request, response) => {
    const answer = async () => {
      const { authorization = "", "content-encoding": packing, "content-type": type } = request.headers
      const body = await buffer(request)
      if (isLost()) {
        response.destroy()
        return
      }
      const reply = await fetch(`${url}${request.url ?? ""}`, {
        method: request.method ?? "GET",
        headers: {
          authorization,
          ...(type === undefined ? {} : { "content-type": type }),
          ...(packing === undefined ? {} : { "content-encoding": packing }),
        },
        ...(body.length === 0 ? {} : { body }),
      })
      then({
        request,
        response,
        status: reply.status,
        type: reply.headers.get("content-type") ?? "",
        body: Buffer.from(await reply.arrayBuffer()),
      })
    }
    // The program that asked may be gone.
    answer().catch(() => response.destroy())
  })
  return address.replace(/\/$/, "")
}
