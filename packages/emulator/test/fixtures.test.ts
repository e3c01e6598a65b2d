import { describe, expect, it } from "vitest"
import file from "../fixtures/contactnow.json" with { type: "json" }
import { make, type Options, type Row } from "../src/index.ts"

const T = "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567"
const HOME = "127.0.0.1"

const row = (uid: bigint, uts: number, agent: number, status: string, subcode = "", callid = 0n): Row => ({
  uid,
  uts,
  agent,
  status,
  subcode,
  callid,
})
const first = row(20000000001n, 1700000000, 700101, "available")
const second = row(20000000002n, 1700000060, 700101, "call", "", 9001234n)
const third = row(20000000003n, 1700000240, 700101, "wrap", "callback note")
const other = row(20000000009n, 1700003600, 700102, "offline")

const held = { token: T, expire: 1700043200, addresses: [HOME] }
const fresh: Options = { clock: () => 1700000000, token: () => T }
const valid: Options = { clock: () => 1700040000, tokens: [held], rows: [first, second, third, other] }
const expired: Options = { ...valid, clock: () => 1700043201 }
const elsewhere: Options = { ...valid, tokens: [{ ...held, addresses: ["192.0.2.99"] }] }
const only: Options = { ...valid, rows: [other] }
const three: Options = { ...valid, rows: [first, second, third] }
const named: Options = {
  ...valid,
  agentList: [
    { agentid: 700101, name: "Agent One", team: "Team A" },
    { agentid: 700102, name: "Agent Two", team: "Team B" },
  ],
}

/** The state in which the emulator gives each response by itself. */
const shown: Readonly<Record<string, Options>> = {
  "token-get-json": fresh,
  "token-get-json-default-format": fresh,
  "token-get-xml": fresh,
  "token-get-same-while-valid": valid,
  "token-get-new-after-expiry": { ...expired, token: () => "89abcdef0123456789abcdef0123456789abcdef" },
  "token-get-address-list": fresh,
  "token-get-address-eleven": fresh,
  "token-get-bad-credentials-json": fresh,
  "token-get-bad-credentials-xml": fresh,
  "token-validate-ok-json": valid,
  "token-validate-ok-xml": valid,
  "token-validate-invalid-json": valid,
  "token-validate-invalid-xml": valid,
  "token-validate-expired-json": expired,
  "token-validate-expired-xml": expired,
  "status-log-1-json": only,
  "status-log-1-xml": only,
  "status-log-3-json": valid,
  "status-log-3-xml": valid,
  "status-log-3-unsorted-json": { ...valid, rows: [third, other, first, second] },
  "status-log-duplicate-uid-json": { ...valid, rows: [first, second, third, second] },
  "status-log-0-json": valid,
  "status-log-0-xml": valid,
  "status-log-default-format-xml": only,
  "status-log-uid-min": three,
  "status-log-uid-range": three,
  "status-log-agent-list": valid,
  "status-log-time-bounds": valid,
  "status-log-expired-json": expired,
  "status-log-unknown-token-json": valid,
  "status-log-wrong-ip-json": elsewhere,
  "status-log-wrong-ip-xml": elsewhere,
  "status-log-bad-argument-json": valid,
  "status-log-bad-argument-xml": valid,
  "status-log-missing-token-json": valid,
  "status-log-bad-method-json": valid,
  "agents-read-json": named,
  "reporting-calls-names-json": named,
}

/** Quirks the vendor may show; the emulator shows them when asked to. */
const replayed = [
  "status-log-0-list-absent-json",
  "status-log-0-list-null-json",
  "status-log-0-list-object-json",
  "status-log-0-list-empty-string-json",
  "status-log-0-xml-no-list",
  "status-log-list-as-index-map-json",
  "status-log-xml-latin1",
  "status-log-truncated-json",
  "status-log-text-plain-json",
  "status-log-xml-although-json-asked",
  "status-log-expired-no-expire-json",
  "status-log-bad-argument-xml-success-1",
  "gateway-html-502",
  "empty-body-200",
  "missing-success-json",
] as const

type Fixture = (typeof file.fixtures)[number]

const FRONT = new Set(["token", "method", "action", "format", "raw"])

const requestsOf = ({ request }: Fixture): ReadonlyArray<readonly [string, Request]> => {
  const all = Object.entries(request.params)
  const url = (params: ReadonlyArray<[string, string]>, prefix = ""): string =>
    `http://emulator.test${prefix}${request.path}?${new URLSearchParams([...params]).toString()}`
  const form = (params: ReadonlyArray<[string, string]>): FormData => {
    const data = new FormData()
    for (const [name, value] of params) data.set(name, value)
    return data
  }
  const front = all.filter(([name]) => FRONT.has(name))
  const rest = all.filter(([name]) => !FRONT.has(name))
  const split = new Request(url(front, "/api"), { method: "POST", body: rest.length === 0 ? "[]" : form(rest) })
  return [
    ["GET", new Request(url(all))],
    ["POST urlencoded", new Request(url([], "/api"), { method: "POST", body: new URLSearchParams([...all]) })],
    ["POST multipart", new Request(url([]), { method: "POST", body: form(all) })],
    ["query and body", split],
  ]
}

const byId = (id: string): Fixture => {
  const found = file.fixtures.find((fixture) => fixture.id === id)
  if (found === undefined) throw new Error(`no fixture ${id}`)
  return found
}

it("every fixture is shown or replayed once", () => {
  const listed = [...Object.keys(shown), ...replayed].toSorted()
  expect(listed).toEqual(file.fixtures.map(({ id }) => id).toSorted())
  expect(listed).toHaveLength(53)
})

describe("the emulator in a given state", () => {
  it.each(Object.entries(shown))("answers as the fixture %s, however it is asked", async (id, options) => {
    const fixture = byId(id)
    const json = fixture.response.format === "json"
    const parsed = (text: string): unknown => (json ? JSON.parse(text) : text)
    const expected = {
      status: fixture.response.http_status,
      type: json ? "application/json" : "text/xml",
      body: parsed(fixture.response.body),
    }
    for (const [way, request] of requestsOf(fixture)) {
      const response = await make(options).app.fetch(request)
      const type = response.headers.get("content-type")
      const body = parsed(await response.text())
      expect({ way, status: response.status, type, body }).toStrictEqual({ way, ...expected })
    }
  })
})

describe("a reply that is replayed", () => {
  it.each(replayed)("is that of the fixture %s, word for word", async (id) => {
    const { request, response } = byId(id)
    // Faults by rate must leave a replay alone.
    const emulator = make({ ...fresh, faults: { serverError: 1 } })
    emulator.replay(id)
    const got = await emulator.app.fetch(
      new Request(`http://emulator.test${request.path}?${new URLSearchParams({ ...request.params }).toString()}`),
    )
    expect(got.status).toBe(response.http_status)
    const usual = { json: "application/json", xml: "text/xml", html: "text/html", none: null }[response.format]
    expect(got.headers.get("content-type")).toBe(response.content_type ?? usual)
    const bytes = new Uint8Array(await got.arrayBuffer())
    // In ISO-8859-1 each character is one byte.
    const latin = id === "status-log-xml-latin1"
    const encoding = latin ? "iso-8859-1" : "utf-8"
    expect(new TextDecoder(encoding, { fatal: true }).decode(bytes)).toBe(response.body)
    expect(bytes).toHaveLength(latin ? response.body.length : new TextEncoder().encode(response.body).length)
  })

  it("waits for a request of its script, and comes once", async () => {
    const emulator = make({ ...fresh, clock: () => 1700040000, tokens: [held], rows: [] })
    emulator.replay("missing-success-json")
    const ask = async (path: string): Promise<string> => (await emulator.app.request(path)).text()
    expect(await ask(`/token.php?action=validate&token=${T}`)).toBe('{"success":true,"expire":1700043200}')
    const read = `/database.php?method=status_log&action=read&format=json&token=${T}`
    expect(await ask(read)).toBe('{"total":0,"list":[]}')
    expect(await ask(read)).toBe('{"success":true,"total":0,"list":[]}')
  })

  it("is refused where there is none of that id", () => {
    expect(() => make().replay("no-such-id")).toThrow(RangeError)
  })
})
