import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { ContactNow } from "../../src/contactnow/ContactNow.ts"
import type { Reason } from "../../src/contactnow/ContactNowError.ts"
import type { StatusLog } from "../../src/contactnow/StatusLog.ts"
import type { Token } from "../../src/contactnow/Token.ts"
import { base, client, driven, failure, lineOf, query, row, telling } from "./support.ts"

const one = row(7, 1_700_000_000, 1)
const jsonRow = '{"uid":"7","uts":"1700000000","agent":"1","status":"available","subcode":"","callid":"0"}'
const xmlRow =
  "<uid>7</uid><uts>1700000000</uts><agent>1</agent><status>available</status><subcode /><callid>0</callid>"

const small = Effect.flatMap(ContactNow, ({ ask }) =>
  ask({ script: "reporting.php", method: "GET", params: { method: "calls" } }),
)

const ways = { status_log: Effect.asVoid(query({})), small: Effect.asVoid(small) }

/** Runs an asking against a vendor whose every answer is this. */
const told = <A, E>(ask: Effect.Effect<A, E, ContactNow | Token | StatusLog>, answer: () => Response) =>
  Effect.gen(function* () {
    const line = lineOf(telling(answer))
    const result = yield* driven(line)(Effect.either(Effect.provide(ask, client(line.fetch))))
    return { result, tries: line.urls.filter((url) => !url.includes("token.php")).length }
  })

const accepted = (answer: () => Response) =>
  Effect.gen(function* () {
    const { result, tries } = yield* told(query({}), answer)
    expect(tries).toBe(1)
    return Either.getOrThrow(result)
  })

const refused = (answer: () => Response, reason: Reason, way: keyof typeof ways = "status_log") =>
  Effect.gen(function* () {
    const { result, tries } = yield* told(ways[way], answer)
    const error = Either.getOrThrow(Either.flip(result))
    expect(error.reason).toBe(reason)
    return { message: error.message, tries }
  })

describe("no rows are read", () => {
  it.effect.each([
    '{"success":true,"total":0,"list":[]}',
    '{"success":true,"total":0,"list":{}}',
    '{"success":true,"total":0,"list":null}',
    '{"success":true,"total":0,"list":""}',
    '{"success":true,"total":0}',
    '{"success":true}',
    '{"list":[],"success":1}',
    '\uFEFF \n{"success":"1","total":"0","list":[]}',
    "<result><success>1</success><total>0</total><list></list></result>",
    "<result><success>1</success><total>0</total><list/></result>",
    "<result><success>1</success><total>0</total></result>",
    '<?xml version="1.0"?>\n<result><success>true</success></result>',
  ])("from %s", (body) =>
    Effect.gen(function* () {
      expect(yield* accepted(() => new Response(body))).toEqual([])
    }),
  )
})

describe("one row is read, whatever the content type,", () => {
  it.effect.each([
    `{"success":true,"total":1,"list":[${jsonRow}]}`,
    `{"success":true,"total":1,"list":{"3":${jsonRow}}}`,
    `{"list":[${jsonRow}],"total":"1","success":"true"}`,
    `<result><success>1</success><total>1</total><list><status_log>${xmlRow}</status_log></list></result>`,
  ])("from %s", (body) =>
    Effect.gen(function* () {
      for (const type of ["text/plain", "text/html", "application/json", "text/xml", "application/octet-stream"]) {
        const found = yield* accepted(() => new Response(body, { headers: { "content-type": type } }))
        expect(found).toEqual([one])
      }
    }),
  )
})

describe("an answer is refused at once, naming the base URL,", () => {
  it.effect.each([
    ["an HTML page", "<html><body>Welcome</body></html>"],
    ["an HTML page with a doctype", "<!DOCTYPE html><html></html>"],
    ["a page in XHTML", '<?xml version="1.0"?><html><body/></html>'],
    ["an empty body", ""],
    ["blanks", " \n "],
    ["a text", "Service moved, see the manual."],
    ["without success", '{"total":0,"list":[]}'],
    ["without success, in XML", "<result><total>0</total></result>"],
    ["JSON that is broken in the middle", '{"success":true,"total":oops,"list":[]}'],
    ["XML that is broken in the middle", "<result><success>1</total></result>"],
    ["another document", "<fault><code>7</code></fault>"],
  ])("when it is %s", ([, body]) =>
    Effect.gen(function* () {
      for (const way of ["status_log", "small"] as const) {
        const { message, tries } = yield* refused(() => new Response(body), "ResponseInvalid", way)
        expect(message).toContain(base)
        expect(tries).toBe(1)
      }
    }),
  )
})

describe("an answer is refused at once, in the vendor's words,", () => {
  it.effect.each([
    '{"success":false,"error":"Bad argument: x"}',
    '{"success":true,"error":"Bad argument: x","list":[]}',
    '{"success":1,"total":0,"error":"Bad argument: x"}',
    "<result><success>1</success><error>Bad argument: x</error></result>",
    "<result><success>0</success><error>Bad argument: x</error></result>",
  ])("when it is %s", (body) =>
    Effect.gen(function* () {
      for (const way of ["status_log", "small"] as const)
        for (const status of [200, 400]) {
          const { message, tries } = yield* refused(() => new Response(body, { status }), "VendorRefused", way)
          expect(message).toContain('the vendor says "Bad argument: x"')
          expect(tries).toBe(1)
        }
    }),
  )

  it.effect("or without, when success is false and no error is named", () =>
    Effect.gen(function* () {
      const { message } = yield* refused(() => Response.json({ success: false }), "VendorRefused")
      expect(message).toContain("gave no reason")
    }),
  )
})

describe("an answer with a status", () => {
  it.effect.each([400, 401, 403, 404, 410])("of %d is final", (status) =>
    Effect.gen(function* () {
      for (const body of ["", "no such place", "<html></html>", '{"success":']) {
        const { message, tries } = yield* refused(() => new Response(body, { status }), "ResponseInvalid")
        expect(message).toContain(`(HTTP ${status}). Check the base URL ${base}`)
        expect(tries).toBe(1)
      }
    }),
  )

  it.effect("of 429 says so, and is not asked for again", () =>
    Effect.gen(function* () {
      const { tries } = yield* refused(() => new Response("slow down", { status: 429 }), "RateLimited")
      expect(tries).toBe(1)
    }),
  )

  it.effect.each([500, 502, 503, 504])("of %d is asked for again, six times in all", (status) =>
    Effect.gen(function* () {
      for (const body of ["", "oops", "<html></html>"]) {
        const { message, tries } = yield* refused(() => new Response(body, { status }), "TransportFailed")
        expect(message).toContain(`HTTP ${status}`)
        expect(tries).toBe(6)
      }
    }),
  )
})

describe("an answer that is cut short is asked for again", () => {
  it.effect.each([
    `{"success":true,"total":1,"list":[${jsonRow}]}`,
    `<result><success>1</success><total>1</total><list><status_log>${xmlRow}</status_log></list></result>`,
  ])("wherever it is cut, as %s", (body) =>
    Effect.gen(function* () {
      for (let length = 1; length < body.length; length += 23)
        for (const way of ["status_log", "small"] as const) {
          const { tries } = yield* refused(() => new Response(body.slice(0, length)), "TransportFailed", way)
          expect(tries).toBe(6)
        }
    }),
  )
})

it.effect("an answer in another encoding is read by what it declares", () =>
  Effect.gen(function* () {
    const text = `<?xml version="1.0" encoding="ISO-8859-1"?><result><success>1</success><list><status_log>${xmlRow.replace("<subcode />", "<subcode>Déjà</subcode>")}</status_log></list></result>`
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
    expect(yield* accepted(() => new Response(bytes))).toEqual([{ ...one, subcode: "Déjà" }])
    const { result } = yield* told(small, () => new Response(bytes))
    expect(Either.getOrThrow(result).list.map((texts) => texts.get("subcode"))).toEqual(["Déjà"])
  }),
)

it.effect("an error is an error, not a defect", () =>
  Effect.gen(function* () {
    const line = lineOf(() => Promise.reject(new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") })))
    const error = yield* failure(driven(line)(Effect.provide(query({}), client(line.fetch))))
    expect(error.reason).toBe("TransportFailed")
    expect(error.message).toContain("no whole answer came (ECONNREFUSED)")
    expect(line.urls).toHaveLength(6)
  }),
)
