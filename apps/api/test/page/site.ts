/**
 * The pages on a socket, with a stream that the test drives: what a browser needs, and no more of an API.
 */
import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { extname, join } from "node:path"
import { serve, type HttpBindings } from "@hono/node-server"
import { Hono } from "hono"
import { assets } from "../../assets.ts"
import { docs } from "../../src/page/docs.tsx"
import { signIn } from "../../src/page/signIn.tsx"
import { wallboard } from "../../src/page/wallboard.tsx"
import { staffing, staffingSummary } from "../../src/picture/staffing.tsx"
import { timeline, timelineSummary } from "../../src/picture/timeline.tsx"
import { intervals, now, report, snapshot, staffingCurve, zone } from "../centre.ts"

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'"

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
}

/** What has come over a stream so far. */
interface Stream {
  readonly lastEventId: string | null
  readonly send: (text: string) => void
  readonly drop: () => void
}

export interface Site {
  readonly base: string
  /** The streams that are open, the latest last. */
  readonly streams: ReadonlyArray<Stream>
  /** How often a picture was asked for. */
  readonly drawn: () => number
  /** Sends an event to the latest stream. */
  readonly say: (event: "snapshot" | "change", data: unknown) => void
  /** Breaks all connections. */
  readonly drop: () => void
  /** What streams are answered with from now on; 200 is a stream. */
  readonly answer: (status: 200 | 401 | 503) => void
  readonly close: () => Promise<void>
}

/** Serves the centre's wallboard at `/`, as a session that never ends would see it. */
export const site = async (): Promise<Site> => {
  const folder = mkdtempSync(join(tmpdir(), "dwell-assets-"))
  await assets(folder)
  const streams: Array<Stream> = []
  let drawn = 0
  let id = 0
  let status: 200 | 401 | 503 = 200
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.use(async (c, next) => {
    await next()
    const isDocs = c.req.path === "/docs"
    c.header("content-security-policy", isDocs ? policy.replace("img-src 'self'", "img-src 'self' data:") : policy)
  })
  app.get("/", (c) => {
    const { bucket, from = "today", to = "now", tz = zone.name } = c.req.query()
    if (status === 401) return c.html(signIn({ account: "demo", problem: "Your session has ended: sign in again." }))
    const isWrong = from === "tomorow"
    return c.html(
      wallboard({
        account: "demo",
        timezone: zone,
        now,
        snapshot: snapshot(),
        report: isWrong ? null : report,
        asked: { from, to, tz, bucket: bucket === undefined || bucket === "" ? null : bucket },
        pictures: {
          staffing: {
            wide: "/staffing.svg?from=today&to=now",
            narrow: "/staffing.svg?from=today&to=now&width=600",
            summary: staffingSummary(staffingCurve, zone),
          },
          timeline: {
            wide: "/timeline.svg?from=today&to=now",
            narrow: "/timeline.svg?from=today&to=now&width=600",
            summary: timelineSummary(intervals, zone),
          },
        },
        problem: isWrong ? 'from: "tomorow" is not a time. Give a date such as 2025-10-26, or today.' : null,
      }),
    )
  })
  app.get("/sign-in", (c) => c.html(signIn({ account: "", problem: null })))
  app.get("/docs", (c) => c.html(docs()))
  app.get("/openapi.json", (c) =>
    c.json({
      openapi: "3.1.0",
      info: { title: "Dwell", version: "1" },
      paths: { "/healthz": { get: { summary: "Whether it runs", responses: { "200": { description: "It does." } } } } },
    }),
  )
  const picture = (draw: (width: number) => string) => (width: string | undefined) => {
    drawn += 1
    return new Response(draw(Number(width ?? 1200)), {
      headers: { "content-type": "image/svg+xml", "cache-control": "private, no-cache" },
    })
  }
  const drawStaffing = picture((width) => staffing(staffingCurve, { zone, width }))
  const drawTimeline = picture((width) => timeline(intervals, { zone, width }))
  app.get("/staffing.svg", (c) => drawStaffing(c.req.query("width")))
  app.get("/timeline.svg", (c) => drawTimeline(c.req.query("width")))
  app.get("/assets/*", (c) => {
    const name = c.req.path.slice("/assets/".length)
    return c.body(readFileSync(join(folder, name), "utf8"), 200, {
      "content-type": types[extname(name)] ?? "application/octet-stream",
    })
  })
  app.get("/v1/accounts/demo/live", (c) => {
    if (status !== 200) return c.text("", status)
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const writer = writable.getWriter()
    const encoder = new TextEncoder()
    streams.push({
      lastEventId: c.req.header("last-event-id") ?? null,
      // Who has gone hears nothing.
      send: (text) => void writer.write(encoder.encode(text)).catch(() => undefined),
      drop: () => c.env.incoming.socket.destroy(),
    })
    if (c.req.header("last-event-id") === undefined) say("snapshot", snapshot())
    return c.body(readable, 200, { "content-type": "text/event-stream", "cache-control": "no-store" })
  })
  const say: Site["say"] = (event, data) => {
    id += 1
    streams.at(-1)?.send(`retry: 50\nid: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
      resolve({
        base: `http://127.0.0.1:${port}`,
        streams,
        drawn: () => drawn,
        say,
        drop: () => streams.forEach(({ drop }) => drop()),
        answer: (next) => (status = next),
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            streams.forEach(({ drop }) => drop())
          }),
      }),
    )
  })
}
