/** What no honest client sends over a socket: the answer is a refusal or a clean cut, and others are answered as before. */
import { createHash } from "node:crypto"
import { connect, type Socket } from "node:net"
import { beforeAll, describe, expect, it } from "vitest"
import { Appended } from "@dwell/client/contract"
import * as Schema from "effect/Schema"
import { bytesOf, feed, gzipped, issue, showing } from "./Api.ts"
import { inWorkerd } from "./inWorkerd.ts"
import { onNode } from "./onNode.ts"
import type { SocketApi } from "./SocketApi.ts"
import { day, events, readAt, whole } from "./day.ts"

const maxBodyBytes = 4_000_000
/** As many bytes as ingest.ts gathers before it writes their rows. */
const writtenAtOnce = 2_000_000

const report = `/v1/accounts/london/report?from=${day.from}&to=${day.to}`
/** Only against hanging: a busy machine is no failure. */
const patience = { timeout: 60_000 }

interface Wire {
  readonly socket: Socket
  /** What it begins with is on its way. */
  readonly sent: Promise<void>
  /** All that came, once the other side has ended. */
  readonly heard: Promise<string>
}

const suite = (
  where: string,
  open: (variables: Readonly<Record<string, string>>) => Promise<SocketApi>,
  ofNode: boolean,
) =>
  describe(`the API ${where}, over a socket,`, () => {
    let api: SocketApi
    let key: string
    let before: string
    const answered = async () => (await api.fetch(report, { headers: showing(key) })).text()

    beforeAll(async () => {
      // That a busy machine keeps silent is no failure.
      api = await open({ DWELL_BODY_SILENCE: "600", DWELL_LARGEST_BODY: `${maxBodyBytes}` })
      ;({ key } = await issue(api))
      await feed(api, "london", key, events, whole)
      before = await answered()
    })

    const wire = (first: string | Uint8Array, { url } = api): Wire => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1")
      const sent = new Promise<void>((resolve) => {
        socket.once("connect", () => socket.write(first, () => resolve()))
      })
      const heard = new Promise<string>((resolve) => {
        let text = ""
        socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk))
        // A cut is heard of as an error; what matters is what came before it.
        socket.on("error", () => undefined)
        socket.on("close", () => resolve(text))
      })
      return { socket, sent, heard }
    }

    const head = (line: string, more: ReadonlyArray<string> = [], shown = key): string =>
      [`${line} HTTP/1.1`, "Host: dwell", `Authorization: Bearer ${shown}`, ...more, "", ""].join("\r\n")

    it("tells a client that stops in the middle of a body so, and closes the connection", async () => {
      const impatient = await open({ DWELL_BODY_SILENCE: "1" })
      const rows = new TextDecoder().decode(await bytesOf(events.slice(0, 20)))
      for (const [line, type] of [
        ["POST /v1/accounts/london/events", "application/x-ndjson"],
        ["PUT /v1/accounts/london/agents", "application/json"],
        ["POST /session", "application/x-www-form-urlencoded"],
      ] as const) {
        const origin = "Origin: http://dwell"
        const begun = head(line, [origin, `Content-Type: ${type}`, "Content-Length: 8000"], impatient.adminKey) + rows
        const said = await wire(begun, impatient).heard
        expect(said, line).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/)
      }
      await impatient.close()
    })

    it("cuts a body of 200 MB early, and holds little of it", async () => {
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

    it("refuses a body that says it is too large before it arrives", async () => {
      const said = await wire(
        head("POST /v1/accounts/london/events", ["Content-Type: application/x-ndjson", "Content-Length: 200000000"]),
      ).heard
      expect(said).toMatch(/^HTTP\/1\.1 413 /)
    })

    it("keeps nothing of clients that leave in the middle of sending or listening, and answers others", async () => {
      const rows = new TextDecoder().decode(await bytesOf(events.slice(0, 20)))
      /** What is at work; what a Worker tells of that, nobody here hears. */
      const fibers = async () => {
        const metrics = await api.fetch("/metrics", { headers: showing(api.adminKey) })
        return Number(/^effect_fiber_active (\d+)/m.exec(await metrics.text())?.[1] ?? 0)
      }
      const idle = await fibers()
      expect(idle > 0).toBe(ofNode)
      const left = Array.from({ length: 50 }, (_, index) => {
        const first = [
          head("POST /v1/accounts/london/events", ["Content-Type: application/x-ndjson", "Content-Length: 100000"]) +
            rows,
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
      await expect.poll(fibers, patience).toBeLessThanOrEqual(idle)
      expect(await answered()).toBe(before)
    })

    // In a Worker that is the platform's affair.
    it.runIf(ofNode)("refuses what is not HTTP with a status of 400 to 499, or cuts it", async () => {
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

    describe("stores the same when a body breaks off between any two chunks and is sent again:", () => {
      const asked = `from=${day.from}&to=${day.to}`
      const account = async (name: string) => {
        const { key: own } = await issue(api, { accounts: [name] })
        const path = `/v1/accounts/${name}`
        const answer = async (what: string) => {
          const response = await api.fetch(`${path}/${what}`, { headers: showing(own) })
          expect(response.status).toBe(200)
          return response.text()
        }
        const coverage = () => answer("coverage")
        /** All that is kept. */
        const kept = async () => {
          const [spans, rows] = await Promise.all([coverage(), answer(`events?${asked}&format=ndjson`)])
          // How large the database is depends on what was where.
          return {
            coverage: spans.replace(/"bytes":\d+/, ""),
            rows: createHash("sha256").update(rows).digest("hex"),
          }
        }
        return { key: own, path: `${path}/events?${asked}&asOf=${readAt}`, coverage, kept }
      }

      /** Waits until some of the rows are. */
      const untilKept = ({ coverage }: Awaited<ReturnType<typeof account>>) =>
        expect.poll(coverage, patience).not.toContain('"events":0')

      /** Sends so many chunks of a body, and is gone. */
      const breakOff = async (
        path: string,
        shown: string,
        chunks: ReadonlyArray<Uint8Array>,
        more: ReadonlyArray<string>,
        whenSent: () => Promise<void>,
      ) => {
        const lines = [`Authorization: Bearer ${shown}`, "Transfer-Encoding: chunked", ...more]
        const first = [`POST ${path} HTTP/1.1`, "Host: dwell", ...lines, "", ""].join("\r\n")
        const frames = chunks.flatMap((chunk) => [
          Buffer.from(`${chunk.length.toString(16)}\r\n`),
          chunk,
          Buffer.from("\r\n"),
        ])
        const { heard, sent, socket } = wire(Buffer.concat([Buffer.from(first), ...frames]))
        await sent
        await whenSent()
        socket.destroy()
        expect(await heard).toBe("")
      }

      const again = Array.from({ length: 60 }, (_, number) =>
        events.map((event) => ({ ...event, uid: event.uid + BigInt(1_000_000 * number), agent: event.agent + number })),
      ).flat()

      it.each([
        { name: "ndjson", rows: 300, chunks: 10, type: "application/x-ndjson", packed: false },
        { name: "xml", rows: 300, chunks: 10, type: "application/xml", packed: false },
        { name: "json", rows: 300, chunks: 10, type: "application/json", packed: true },
        // Written in two pieces, so that some of its rows are kept when it breaks off.
        { name: "large", rows: 30_000, chunks: 5, type: "application/x-ndjson", packed: false },
      ])("$name", async ({ chunks, name, packed, rows, type }) => {
        const format = name === "xml" || name === "json" ? name : "ndjson"
        const plain = await bytesOf(again.slice(0, rows), format)
        const body = packed ? await gzipped(plain) : plain
        const encoding: Readonly<Record<string, string>> = packed ? { "content-encoding": "gzip" } : {}
        const send = async (target: Awaited<ReturnType<typeof account>>) => {
          const headers = { ...showing(target.key), "content-type": type, ...encoding }
          const response = await api.fetch(target.path, { method: "POST", headers, body })
          return Schema.decodeUnknownSync(Appended)(await response.json())
        }
        const unbroken = await account(`${name}-unbroken`)
        expect(await send(unbroken)).toEqual({ added: rows, unchanged: 0, changed: 0 })
        const wanted = await unbroken.kept()
        const size = Math.ceil(body.length / chunks)
        for (let sent = 0; sent < chunks; sent++) {
          const broken = await account(`${name}-${sent}`)
          const parts = Array.from({ length: sent }, (_, part) => body.subarray(part * size, (part + 1) * size))
          const lines = [`Content-Type: ${type}`, ...(packed ? ["Content-Encoding: gzip"] : [])]
          // Of a body that long the first rows are written before the last ones are there.
          const isWrittenBefore = sent * size > writtenAtOnce
          await breakOff(broken.path, broken.key, parts, lines, async () => {
            if (isWrittenBefore) await untilKept(broken)
          })
          expect((await broken.kept()).coverage).toContain('"spans":[]')
          const { added, changed, unchanged } = await send(broken)
          expect([added + unchanged, changed]).toEqual([rows, 0])
          // Of shorter ones nothing or something is, as it happens.
          expect([sent, isWrittenBefore && unchanged === 0]).toEqual([sent, false])
          expect([sent, await broken.kept()]).toEqual([sent, wanted])
        }
      })
    })

    it("answers after all of this as before", async () => {
      expect(before).toContain('"agents":[{')
      expect(await answered()).toBe(before)
    })
  })

suite("on Node", (variables) => onNode(variables), true)
suite("in workerd", inWorkerd, false)

it("a Worker in workerd says that it is not ready if a setting is wrong", async () => {
  const api = await inWorkerd({ DWELL_CATEGORIES: "no JSON" })
  expect((await api.fetch("/readyz")).status).toBe(503)
  await api.close()
})
