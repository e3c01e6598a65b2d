// Cloudflare ends an isolate that needs more than 128 MB. Bodies are sent a megabyte at a time; measured are what the
// isolate has after each, and the most that the whole process had.
import { request } from "node:http"
import { make, type Row } from "@dwell/emulator"
import { effort } from "@dwell/testing/effort"
import { afterAll, beforeAll, expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as EventLog from "../../src/log/EventLog.ts"
import { reportOn } from "./answer.ts"
import { start, type Worker } from "./workerd.ts"

const MB = 1_000_000
const limit = 128 * MB

/** What the process of a Worker that does nothing has in memory: code and libraries. */
let empty: number

beforeAll(async () => {
  const worker = await start(new URL("idle.ts", import.meta.url))
  empty = worker.process().resident
  await worker.stop()
})

const escaped = (text: string): string => text.replaceAll("&", "&amp;")

const layouts = {
  json: {
    head: '{"success":true,"list":[',
    row: (number: number, { agent, callid, status, subcode, uid, uts }: Row) =>
      `${number > 0 ? "," : ""}{"uid":"${uid}","uts":"${uts}","agent":"${agent}","status":"${status}","subcode":"${subcode}","callid":"${callid}"}`,
    tail: (rows: number) => `],"total":"${rows}"}`,
  },
  xml: {
    head: "<result><success>1</success><list>",
    row: (_: number, { agent, callid, status, subcode, uid, uts }: Row) =>
      `<status_log><uid>${uid}</uid><uts>${uts}</uts><agent>${agent}</agent><status>${status}</status><subcode>${escaped(subcode)}</subcode><callid>${callid}</callid></status_log>`,
    tail: (rows: number) => `</list><total>${rows}</total></result>`,
  },
}

/** The vendor's reply of so many bytes, and a log of the same rows that no decoder has read. */
const replyOf = (format: keyof typeof layouts, size: number) => {
  const collector = EventLog.collector()
  const pieces = function* (): Generator<Buffer> {
    const now = 1_760_000_400
    const { head, row: write, tail } = layouts[format]
    let text = head
    let left = size
    for (const row of make({ seed: 8, agents: 200, days: 30, clock: () => now }).centre.rows(0, now)) {
      text += write(collector.rows, row)
      EventBatch.push(collector.builder, { ...row, status: row.status.toLowerCase() })
      if (text.length < MB) continue
      left -= text.length
      if (left <= 0) break
      yield Buffer.from(text)
      text = ""
    }
    yield Buffer.from(text + tail(collector.rows))
  }
  return { pieces, collector }
}

/** Posts pieces, waiting for the Worker to have nothing left to read after each. */
const post = (url: URL, pieces: Iterable<Buffer>, onPause: () => Promise<void>): Promise<string> =>
  new Promise((resolve, reject) => {
    const sending = request(url, { method: "POST" }, (response) => {
      response
        .setEncoding("utf8")
        .toArray()
        .then((parts) => resolve(parts.join("")), reject)
    })
    sending.on("error", reject)
    const send = async () => {
      for (const piece of pieces) {
        await new Promise<void>((written, failed) => {
          sending.write(piece, (error) => (error ? failed(error) : written()))
        })
        await onPause()
      }
      sending.end()
    }
    send().catch(reject)
  })

interface Use {
  readonly answer: unknown
  /** The most that the isolate was seen to hold: JavaScript's heap, garbage in it too, and buffers. */
  readonly isolate: number
  /** The most that the process had more than that of a Worker that does nothing: what was freed but kept, too. */
  readonly process: number
}

/** What a Worker needs to answer a reply. */
const useOf = async (worker: Worker, path: string, pieces: Iterable<Buffer>): Promise<Use> => {
  let isolate = 0
  const look = async () => {
    const { buffers, committed } = await worker.heap()
    isolate = Math.max(isolate, committed + buffers)
  }
  const answer: unknown = JSON.parse(await post(new URL(path, worker.url), pieces, look))
  await look()
  return { answer, isolate, process: worker.process().peak - empty }
}

const running: Array<Worker> = []
afterAll(async () => {
  for (const worker of running) await worker.stop()
})

const started = async (entry: URL): Promise<Worker> => {
  const worker = await start(entry)
  running.push(worker)
  return worker
}

const shown = (name: string, { isolate, process: all }: Use): void => {
  process.stdout.write(`${name}: isolate ${Math.round(isolate / MB)} MB, process + ${Math.round(all / MB)} MB\n`)
}

/** What `npm test` tries, and what `npm run test:long` tries too. */
const pairs = [["json", "collect"]] as const
const otherPairs = [
  ["xml", "batches"],
  ["json", "batches"],
  ["xml", "collect"],
] as const

it.each([...pairs, ...(effort > 1 ? otherPairs : [])])(
  "a Worker makes a report of 100 MB of the vendor's %s in less than 128 MB, by %s",
  async (format, way) => {
    const worker = await started(new URL("worker.ts", import.meta.url))
    const { collector, pieces } = replyOf(format, 100 * MB)
    const use = await useOf(worker, `/report?way=${way}&from=request&cut=1`, pieces())
    shown(`${format}, ${way}`, use)
    expect(use.answer).toEqual({ fault: null, report: reportOn(collector.log()) })
    expect(use.isolate).toBeLessThan(limit)
    expect(use.process).toBeLessThan(limit)
  },
)

it("a Worker that reads all the text of the vendor and then parses it needs more than 128 MB for 75 MB of it", async () => {
  const worker = await started(new URL("naive.ts", import.meta.url))
  const { collector, pieces } = replyOf("json", 75 * MB)
  const use = await useOf(worker, "/", pieces())
  shown("naive", use)
  expect(use.answer).toEqual({ rows: collector.rows })
  expect(use.isolate).toBeGreaterThan(limit)
  expect(use.process).toBeGreaterThan(limit)
})
