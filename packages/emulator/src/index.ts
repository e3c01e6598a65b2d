/**
 * An emulator of the 8x8 ContactNow API: `token.php`, `database.php` and `reporting.php` over an invented contact centre.
 *
 * Shape    `make().app.fetch` answers in process; `@dwell/emulator/node` puts it on a socket
 * Units    Unix seconds
 * Fails    RangeError from `make` and `replay` for impossible options; refusals of the API are answers, HTTP 200
 * Source   docs/contactnow.md sections 1, 2, 3, 5; where the vendor's behaviour is unknown the choice is ours
 */
import { Hono } from "hono"
import { argumentsOf, BadArgument } from "./arguments.ts"
import { type Agent, type Centre, earlier, fixedCentre, inventedCentre, type Row } from "./centre.ts"
import {
  FAULTLESS,
  type Fault,
  type FaultKind,
  type FaultOptions,
  type Faults,
  makeChooser,
  type Script,
} from "./faults.ts"
import { drops, type Format, half, pause, refusal, type Reply, streamOf, whole } from "./reply.ts"
import { replayOf, scriptOf } from "./replay.ts"
import { answer, type Site } from "./scripts.ts"
import { inventedToken, makeTokens, type Token } from "./tokens.ts"

export { type Agent, type Centre, type Query, type Row } from "./centre.ts"
export { type FaultKind, type FaultOptions, type Faults, type Paced, type Script } from "./faults.ts"
export { type Token } from "./tokens.ts"

/** How to make an emulator; every field has a default. */
export interface Options {
  /** Everything invented follows from it; 8. */
  readonly seed?: number
  /** How many agents; 24. */
  readonly agents?: number
  /** How many days exist before the one the clock is in when the emulator is made; 30. */
  readonly days?: number
  /** Unix seconds; the system's clock. */
  readonly clock?: () => number
  /** So many seconds the invented centre's day is ahead of the clock's; 0. Who shows it at night may want an afternoon. */
  readonly aheadSeconds?: number
  /** "api-user". */
  readonly username?: string
  /** "api-key". */
  readonly password?: string
  /** 43,200: twelve hours. */
  readonly tokenLifetimeSeconds?: number
  /** A rate for each kind, or one rate spread over `serverError`, `drop`, `truncate` and `html`. */
  readonly faults?: number | Partial<Faults>
  /** These rows, delivered in this order, in place of the invented ones. */
  readonly rows?: ReadonlyArray<Row>
  /** These agents in place of the invented ones, every sixth on nights; with `rows`, left out means none. */
  readonly agentList?: ReadonlyArray<Agent>
  /** Tokens given out before. */
  readonly tokens?: ReadonlyArray<Token>
  /** The value of the `n`th token made, from 0. */
  readonly token?: (n: number) => string
}

/** A request the emulator had. */
export interface RequestRecord {
  /** The HTTP method. */
  readonly method: string
  readonly script: Script
  /** Arguments from query and body; the values of `username`, `password` and `token` are not kept. */
  readonly params: Readonly<Record<string, string>>
  /** The names of the arguments that were in the query string. */
  readonly query: ReadonlyArray<string>
}

/** What a server knows of a connection and the request does not say. */
export interface Wire {
  /** The caller's address. */
  readonly address?: string
  /** Breaks the connection. */
  readonly drop?: () => void
}

/** A ContactNow API and the centre behind it. */
export interface Emulator {
  readonly app: Hono<{ Bindings: Wire }>
  readonly centre: Centre
  /** The latest 10,000 requests, oldest first. */
  readonly requests: ReadonlyArray<RequestRecord>
  /** Lets the next request that a fault of this kind can happen to have it. */
  readonly faultOnce: (kind: FaultKind, options?: FaultOptions) => void
  /** Answers the next request of the fixture's script with the fixture's response, whatever faults are due. */
  readonly replay: (id: string) => void
}

/** The connection broke before the answer. */
export class Dropped extends Error {
  override readonly name = "Dropped"
  constructor() {
    super("connection dropped")
  }
}

const REMEMBERED = 10_000
const SECRET = new Set(["username", "password", "token"])
const ERROR_TEXTS = { 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable" } as const
const PAGE_502 = "<html><body>502 Bad Gateway</body></html>"
const PAGE_404 = "<html><body>404 Not Found</body></html>"

/** Makes an emulator. */
export const make = (options: Options = {}): Emulator => {
  const seed = options.seed ?? 8
  const clock = options.clock ?? (() => Math.floor(Date.now() / 1000))
  const ahead = options.aheadSeconds ?? 0
  const centre =
    options.rows !== undefined
      ? fixedCentre(options.rows, options.agentList ?? [], clock)
      : earlier(
          inventedCentre(seed, options.agentList ?? options.agents ?? 24, options.days ?? 30, () => clock() + ahead),
          ahead,
          clock,
        )
  const site: Site = {
    centre,
    clock,
    username: options.username ?? "api-user",
    password: options.password ?? "api-key",
    tokens: makeTokens(
      options.tokens ?? [],
      options.token ?? ((n) => inventedToken(seed, n)),
      options.tokenLifetimeSeconds ?? 43_200,
      clock,
    ),
  }
  const chooser = makeChooser(seed, options.faults ?? {})
  const replays: Array<ReturnType<typeof replayOf>> = []
  const requests: Array<RequestRecord> = []
  let count = 0

  const replyTo = (script: Script, args: ReadonlyMap<string, string>, address: string, fault: Fault): Reply => {
    if (fault.kind === "serverError") return whole(fault.status, "text/plain", ERROR_TEXTS[fault.status])
    if (fault.kind === "html") return whole(502, "text/html", PAGE_502)
    const usual: Format = script === "database" ? "xml" : "json"
    const asked = args.get("format") ?? usual
    if (asked !== "json" && asked !== "xml") return refusal(usual, "Bad argument: format")
    try {
      return answer(site, script, args, asked, address, fault.kind)
    } catch (error) {
      if (error instanceof BadArgument) return refusal(asked, error.message)
      throw error
    }
  }

  const send = async (reply: Reply, fault: Fault, wire: Wire): Promise<Response> => {
    const headers = new Headers(reply.type === undefined ? {} : { "content-type": reply.type })
    const init = { status: reply.status, headers }
    if (fault.kind === "drop" || fault.kind === "truncate" || fault.kind === "slowDrip")
      // Keeps a server from working out a length, which would give the fault away.
      headers.set("transfer-encoding", "chunked")
    if (fault.kind === "slowDrip") return new Response(streamOf(drops(reply), { ms: fault.ms }), init)
    if (fault.kind === "truncate") return new Response(streamOf(half(reply)), init)
    if (fault.kind === "drop") {
      const { drop } = wire
      if (fault.at === "head") {
        drop?.()
        throw new Dropped()
      }
      const end = (close: () => void, fail: (error: Error) => void): void => {
        if (drop === undefined) return fail(new Dropped())
        drop()
        // Nobody is left to tell of an error, and a server would only report one.
        close()
      }
      // The pause lets the first half leave the machine before the connection goes.
      return new Response(streamOf(half(reply), { ms: 1, end }), init)
    }
    if (reply.pieces > 1) return new Response(streamOf(reply.body()), init)
    const [only] = reply.body()
    return new Response(only, init)
  }

  const app = new Hono<{ Bindings: Wire }>()
  app.onError((error) => {
    // A dropped connection has no answer at all, so neither may the error page be one.
    throw error
  })
  app.on(["GET", "POST"], "*", async (c) => {
    const script = scriptOf(c.req.path)
    if (script === undefined) return c.html(PAGE_404, 404)
    const { args, query } = await argumentsOf(c.req.raw)
    const params = Object.fromEntries([...args].map(([name, value]) => [name, SECRET.has(name) ? "redacted" : value]))
    requests.push({ method: c.req.method, script, params, query })
    if (requests.length > REMEMBERED) requests.shift()
    const n = count++
    const at = replays.findIndex((one) => one.script === script)
    const [replay] = at < 0 ? [] : replays.splice(at, 1)
    if (replay !== undefined) return send(replay.reply, FAULTLESS, {})
    const fault = chooser.next(n, script, args.get("method"))
    if (fault.latency > 0) await pause(fault.latency)
    // In process there may be no bindings at all, whatever their type says.
    const wire: Wire = { ...c.env }
    const address = wire.address ?? c.req.header("x-forwarded-for")?.split(",")[0] ?? "127.0.0.1"
    return send(replyTo(script, args, address, fault), fault, wire)
  })

  return {
    app,
    centre,
    requests,
    faultOnce: (kind, particulars = {}) => chooser.once(kind, particulars),
    replay: (id) => {
      replays.push(replayOf(id))
    },
  }
}
