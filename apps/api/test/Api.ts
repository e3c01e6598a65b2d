/**
 * An API as its users see it, wherever it runs: what the tests talk to.
 */
import type { Scope } from "@dwell/client/contract"
import * as EventBatch from "@dwell/core/EventBatch"
import * as Format from "@dwell/core/format/Format"
import type { StatusEvent } from "@dwell/core/StatusEvent"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

export interface Api {
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>
  /** A key that may do all. */
  readonly adminKey: string
}

/** The header that shows a key. */
export const showing = (key: string) => ({ authorization: `Bearer ${key}` })

const Issued = Schema.Struct({ key: Schema.String, info: Schema.Struct({ id: Schema.String }) })

export interface Wanted {
  readonly scopes?: ReadonlyArray<Scope>
  readonly accounts?: ReadonlyArray<string> | "*"
}

const post = async ({ adminKey, fetch }: Api, path: string, body: unknown): Promise<typeof Issued.Type> => {
  const response = await fetch(path, {
    method: "POST",
    headers: { ...showing(adminKey), "content-type": "application/json" },
    body: JSON.stringify(body),
  })
  if (response.status !== 201) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return Schema.decodeUnknownSync(Issued)(await response.json())
}

/** Makes a key. */
export const issue = (api: Api, { accounts = ["london"], scopes = ["read", "ingest"] }: Wanted = {}) =>
  post(api, "/v1/keys", { name: "test", scopes, accounts, expiresAt: null })

/** A key that has expired: one that was rotated ends at once. */
export const expired = async (api: Api, wanted: Wanted = {}): Promise<string> => {
  const { info, key } = await issue(api, wanted)
  await post(api, `/v1/keys/${info.id}/rotate`, {})
  return key
}

/** A key that was revoked. */
export const revoked = async (api: Api, wanted: Wanted = {}): Promise<string> => {
  const { info, key } = await issue(api, wanted)
  await api.fetch(`/v1/keys/${info.id}`, { method: "DELETE", headers: showing(api.adminKey) })
  return key
}

/** The bytes of some events. */
export const bytesOf = async (
  events: ReadonlyArray<StatusEvent>,
  format: Format.Format = "ndjson",
): Promise<Uint8Array<ArrayBuffer>> => {
  const encoded = Format.encode(Stream.succeed(EventBatch.fromEvents(events)), format)
  const chunks = await Effect.runPromise(Stream.runCollect(encoded))
  return new Uint8Array(await new Blob([...chunks].map((chunk) => new Uint8Array(chunk))).arrayBuffer())
}

export interface Span {
  readonly from: number
  readonly to: number
  readonly asOf: number
}

/** Sends the events of a span. */
export const feed = async (api: Api, account: string, key: string, events: ReadonlyArray<StatusEvent>, span: Span) => {
  const query = new URLSearchParams({ from: `${span.from}`, to: `${span.to}`, asOf: `${span.asOf}` })
  const response = await api.fetch(`/v1/accounts/${account}/events?${query}`, {
    method: "POST",
    headers: { ...showing(key), "content-type": "application/x-ndjson" },
    body: await bytesOf(events),
  })
  if (response.status !== 200) throw new Error(`feeding: ${response.status} ${await response.text()}`)
}

/** Bytes, packed. */
export const gzipped = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
  )

export interface Update {
  readonly id: string
  readonly event: string
  readonly data: unknown
}

/** The updates of a stream, one after the other; heart-beats are passed over. */
export const updatesOf = (response: Response): { readonly next: () => Promise<Update> } => {
  if (response.body === null) throw new Error("a stream without a body")
  const reader = response.body.getReader()
  const utf8 = new TextDecoder()
  let text = ""
  const fieldOf = (block: string, name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? ""
  return {
    next: async () => {
      for (;;) {
        const end = text.indexOf("\n\n")
        if (end >= 0) {
          const block = text.slice(0, end)
          text = text.slice(end + 2)
          if (!block.startsWith("id: ")) continue
          return { id: fieldOf(block, "id"), event: fieldOf(block, "event"), data: JSON.parse(fieldOf(block, "data")) }
        }
        const { done, value } = await reader.read()
        if (done) throw new Error("the stream has ended")
        text += utf8.decode(value, { stream: true })
      }
    },
  }
}
