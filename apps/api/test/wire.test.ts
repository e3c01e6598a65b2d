/**
 * What comes over a socket that no client of good will sends: the answer is a refusal or a clean cut, and the others are
 * answered on.
 */
import { connect } from "node:net"
import { type Socket } from "node:net"
import { afterAll, beforeAll, expect, it } from "vitest"
import { bytesOf, feed, issue, showing } from "./Api.ts"
import { type NodeApi, onNode } from "./onNode.ts"
import { events } from "./suite.ts"

const largestBody = 2_000_000

let api: NodeApi
let key: string
let before: string

const now = Math.floor(Date.now() / 1000)
const to = Math.floor(now / 86_400) * 86_400
const day = { from: to - 86_400, to }
const report = `/v1/accounts/london/report?from=${day.from}&to=${day.to}`
const answered = async () => (await api.fetch(report, { headers: showing(key) })).text()

beforeAll(async () => {
  api = await onNode({ DWELL_BODY_SILENCE: "1", DWELL_LARGEST_BODY: `${largestBody}` })
  ;({ key } = await issue(api))
  await feed(api, "london", key, events, { ...day, asOf: now })
  before = await answered()
})

afterAll(() => api.close())

interface Wire {
  readonly socket: Socket
  /** All that came, once the other side has ended. */
  readonly heard: Promise<string>
}

const wire = (first: string): Wire => {
  const socket = connect(Number(new URL(api.url).port), "127.0.0.1", () => socket.write(first))
  const heard = new Promise<string>((resolve) => {
    let text = ""
    socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk))
    // A cut is heard of as an error; what matters is what came before it.
    socket.on("error", () => undefined)
    socket.on("close", () => resolve(text))
  })
  return { socket, heard }
}

const head = (line: string, more: ReadonlyArray<string> = []): string =>
  [`${line} HTTP/1.1`, "Host: dwell", `Authorization: Bearer ${key}`, ...more, "", ""].join("\r\n")

it("what is no HTTP is refused with 400 or cut", async () => {
  const nonsense = [
    "nonsense\r\n\r\n",
    "GET\r\n\r\n",
    `GET ${report} HTTP/9.9\r\n\r\n`,
    "\u0016\u0003\u0001\u0002\u0000",
    head(`GET ${report}`, ["Content-Length: -1"]),
    head(`GET ${report}`, ["Content-Length: 1", "Content-Length: 2"]),
    head(`POST ${report}`, ["Content-Length: 4", "Transfer-Encoding: chunked"]),
    `${head("POST /v1/accounts/london/events", ["Transfer-Encoding: chunked"])}ZZZ\r\nnonsense`,
    head(`GET ${report}`, ["Bad Header: 1"]),
    head(`GET ${report}`, ["Bad: \u0000"]),
    head(`GET /${"a".repeat(100_000)}`),
    head(`GET ${report}`, [`Big: ${"b".repeat(100_000)}`]),
    head("GET /v1/accounts/../../etc/passwd", ["Connection: close"]),
    head("GET http://[/", ["Connection: close"]),
    `GET ${report} HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n`,
    `GET ${report} HTTP/1.1\r\nConnection: close\r\n\r\n`,
  ]
  for (const text of nonsense) {
    const said = await wire(text).heard
    expect(said, JSON.stringify(text.slice(0, 80))).toMatch(/^(HTTP\/1\.1 4\d\d [^]*)?$/)
    expect(said).not.toMatch(/node_modules|\.ts:|at .*\(/)
  }
})

it("who sends half a body and keeps silent is told so, and let go", async () => {
  const rows = new TextDecoder().decode(await bytesOf(events.slice(0, 20)))
  for (const [line, type] of [
    ["POST /v1/accounts/london/events", "application/x-ndjson"],
    ["PUT /v1/accounts/london/agents", "application/json"],
    ["POST /session", "application/x-www-form-urlencoded"],
  ] as const) {
    const origin = "Origin: http://dwell"
    const said = await wire(head(line, [origin, `Content-Type: ${type}`, "Content-Length: 8000"]) + rows).heard
    expect(said, line).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/)
  }
})

it("a body that is too large is cut early: of 200 MB nothing is held", async () => {
  const rows = new TextDecoder().decode(await bytesOf(events.slice(0, 500)))
  const packed = rows.repeat(20)
  const { heard, socket } = wire(
    head("POST /v1/accounts/london/events", ["Content-Type: application/x-ndjson", "Transfer-Encoding: chunked"]),
  )
  let sent = 0
  const chunk = `${packed.length.toString(16)}\r\n${packed}\r\n`
  const used = () => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed
  const first = used()
  let most = 0
  const send = (): void => {
    while (!socket.destroyed && sent < 200_000_000) {
      sent += packed.length
      most = Math.max(most, used() - first)
      if (!socket.write(chunk)) return void socket.once("drain", send)
    }
  }
  socket.once("connect", send)
  expect(await heard).toMatch(/^HTTP\/1\.1 413 [^]*"code":"payload_too_large"|^$/)
  expect(sent).toBeLessThan(150_000_000)
  expect(most).toBeLessThan(100_000_000)
})

it("a body that says it is too large is refused before it comes", async () => {
  const said = await wire(
    head("POST /v1/accounts/london/events", ["Content-Type: application/x-ndjson", "Content-Length: 200000000"]),
  ).heard
  expect(said).toMatch(/^HTTP\/1\.1 413 /)
})

it("who leaves in the middle, sending or listening, leaves nothing behind, and others are answered", async () => {
  const rows = new TextDecoder().decode(await bytesOf(events.slice(0, 20)))
  const left = Array.from({ length: 50 }, (_, index) => {
    const first = [
      head("POST /v1/accounts/london/events", ["Content-Type: application/x-ndjson", "Content-Length: 100000"]) + rows,
      head(`GET /v1/accounts/london/events?from=${day.from}&format=csv`),
      head("GET /v1/accounts/london/live"),
      `GET ${report} HT`,
    ][index % 4]
    return wire(first ?? "")
  })
  // Every other one hears something first.
  await Promise.all(
    left.map(async ({ socket }, index) => {
      if (index % 4 === 1 || index % 4 === 2) await new Promise((heard) => socket.once("data", heard))
      socket.destroy()
    }),
  )
  expect(await answered()).toBe(before)
})

it("and after all of it the server answers as before", async () => {
  expect(before).toContain('"agents":[{')
  expect(await answered()).toBe(before)
})
