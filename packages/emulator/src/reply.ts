/**
 * Replies as the vendor writes them, in JSON or XML, whole or as a stream.
 *
 * Shape    a list's row element is named after the method; every value of a row is text or null; nothing is indented
 * Fails    never
 * Source   docs/contactnow.md section 1 (envelope), section 3 (XML rows, empty list)
 * Cost     a body is made 500 rows at a time, as the reader asks for it
 */

/** How a reply is written. */
export type Format = "json" | "xml"

/** A list's row. */
export type Fields = Readonly<Record<string, string | null>>

type Bytes = Uint8Array<ArrayBuffer>

/** A reply not yet sent. */
export interface Reply {
  readonly status: number
  readonly type: string | undefined
  /** How many pieces `body` gives. */
  readonly pieces: number
  readonly body: () => Iterable<Bytes>
}

const ROWS_A_PIECE = 500

/** The content type of each format. */
export const TYPES = { json: "application/json", xml: "text/xml" } as const

const encoder = new TextEncoder()

/** A short reply. */
export const whole = (status: number, type: string | undefined, body: string | Bytes): Reply => ({
  status,
  type,
  pieces: 1,
  body: () => [typeof body === "string" ? encoder.encode(body) : body],
})

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
}

const element = (name: string, value: string | number | boolean | null): string => {
  const text = typeof value === "boolean" ? (value ? "1" : "0") : String(value ?? "")
  return text === "" ? `<${name} />` : `<${name}>${text.replaceAll(/[&<>"']/g, (c) => ESCAPES[c] ?? c)}</${name}>`
}

/** A reply without a list. */
export const plain = (format: Format, fields: Readonly<Record<string, string | number | boolean>>): Reply =>
  whole(
    200,
    TYPES[format],
    format === "json"
      ? JSON.stringify(fields)
      : `<result>${Object.entries(fields)
          .map(([name, value]) => element(name, value))
          .join("")}</result>`,
  )

/** A refusal. */
export const refusal = (format: Format, error: string, expire?: number): Reply =>
  plain(format, { success: false, error, ...(expire === undefined ? {} : { expire }) })

/** A list of `length` rows said to be `total`. */
export const list = (
  format: Format,
  name: string,
  total: number,
  length: number,
  rows: () => Iterable<Fields>,
): Reply => {
  const json = format === "json"
  const head = json
    ? `{"success":true,"total":${total},"list":[`
    : `<result><success>1</success><total>${total}</total>${length === 0 ? "<list />" : "<list>"}`
  const tail = json ? "]}" : length === 0 ? "</result>" : "</list></result>"
  const write = (row: Fields): string =>
    json
      ? JSON.stringify(row)
      : `<${name}>${Object.entries(row)
          .map(([field, value]) => element(field, value))
          .join("")}</${name}>`
  const body = function* () {
    let text = head
    let written = 0
    for (const row of rows()) {
      if (written >= length) break
      if (written > 0 && written % ROWS_A_PIECE === 0) {
        yield encoder.encode(text)
        text = ""
      }
      text += (json && written > 0 ? "," : "") + write(row)
      written++
    }
    yield encoder.encode(text + tail)
  }
  return { status: 200, type: TYPES[format], pieces: Math.max(1, Math.ceil(length / ROWS_A_PIECE)), body }
}

/** The first half of a body. */
export const half = function* (reply: Reply): Iterable<Bytes> {
  let left = Math.floor(reply.pieces / 2)
  for (const piece of reply.body()) {
    if (left-- === 0) {
      yield piece.slice(0, reply.pieces % 2 === 1 ? Math.floor(piece.length / 2) : 1)
      return
    }
    yield piece
  }
}

/** A body in smaller pieces. */
export const drops = function* (reply: Reply): Iterable<Bytes> {
  for (const piece of reply.body()) {
    const size = Math.max(16, Math.ceil(piece.length / 8))
    for (let at = 0; at < piece.length; at += size) yield piece.slice(at, at + size)
  }
}

/** Waits. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A stream that makes each piece when asked for it; `end` runs instead of the close when there is one. */
export const streamOf = (
  pieces: Iterable<Bytes>,
  options: { readonly ms?: number; readonly end?: (close: () => void, fail: (error: Error) => void) => void } = {},
): ReadableStream<Bytes> => {
  const iterator = pieces[Symbol.iterator]()
  let given = 0
  return new ReadableStream<Bytes>(
    {
      pull: async (controller) => {
        if (options.ms !== undefined && given++ > 0) await pause(options.ms)
        const next = iterator.next()
        if (next.done !== true) controller.enqueue(next.value)
        else if (options.end === undefined) controller.close()
        else
          options.end(
            () => controller.close(),
            (error) => controller.error(error),
          )
      },
      cancel: () => {
        iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
