/**
 * The Worker that the tests ask: it reads what it is sent, as the query says, and answers with what it has read.
 */
import * as Schema from "effect/Schema"
import * as EventLog from "../../src/log/EventLog.ts"
import { answer, read, reportOn, ways } from "./answer.ts"

const Query = Schema.Struct({
  way: Schema.Literal(...ways),
  /** Where the bytes come from: the request as it is, a response made of it, pieces of `cut` bytes, or unpacked. */
  from: Schema.Literal("request", "response", "pieces", "gzip"),
  cut: Schema.NumberFromString,
  format: Schema.optional(Schema.Literal("json", "xml", "ndjson", "csv")),
})

const piecesOf = (bytes: Uint8Array<ArrayBuffer>, cut: number): ReadableStream<Uint8Array<ArrayBuffer>> => {
  let at = 0
  return new ReadableStream({
    pull: (controller) => {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + cut))
      else controller.close()
      at += cut
    },
  })
}

const bodyOf = async (request: Request, { cut, from }: typeof Query.Type) => {
  const body = request.body ?? new Blob([]).stream()
  if (from === "response") return new Response(body).body ?? body
  if (from === "pieces") return piecesOf(new Uint8Array(await request.arrayBuffer()), cut)
  return from === "gzip" ? body.pipeThrough(new DecompressionStream("gzip")) : body
}

/** Node's names that are there, and whether its modules are. */
const node = async () => {
  const names = ["process", "Buffer", "global", "require", "setImmediate", "__filename"]
  const modules = ["node:fs", "node:buffer", "node:stream"]
  const found = await Promise.allSettled(modules.map((name): Promise<unknown> => import(name)))
  return {
    names: names.filter((name) => name in globalThis),
    modules: modules.filter((_, index) => found[index]?.status === "fulfilled"),
  }
}

export default {
  fetch: async (request: Request): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === "/node") return Response.json(await node())
    const query = Schema.decodeUnknownSync(Query)(Object.fromEntries(searchParams))
    const body = await bodyOf(request, query)
    if (pathname === "/answer") return Response.json(await answer(query.way, body, query.format))
    const collector = EventLog.collector()
    const fault = await read(query.way, body, collector)
    return Response.json({ fault, report: reportOn(collector.log()) })
  },
}
