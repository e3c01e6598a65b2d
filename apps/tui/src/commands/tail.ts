/**
 * `dwell tail`: prints status changes as they happen, and alerts.
 */
import * as Alert from "@dwell/core/Alert"
import type * as Calendar from "@dwell/core/Calendar"
import type { AgentDirectory } from "@dwell/core/AgentDirectory"
import * as Category from "@dwell/core/Category"
import * as Poller from "@dwell/core/Poller"
import type { CurrentStatus } from "@dwell/core/Snapshot"
import * as PlatformCommand from "@effect/platform/Command"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { nowSeconds } from "@dwell/core/clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { toUsageError } from "../errors.ts"
import { help } from "@dwell/terminal/help"
import * as StoredLog from "../logSource/storedLog.ts"
import * as shared from "../logSource/options.ts"
import { outputStyle, print, say } from "../output.ts"
import { Process } from "@dwell/terminal/Process"
import { ink, type Style } from "@dwell/terminal/style"
import { categoryStyles } from "../render/categoryStyles.ts"
import { printable } from "@dwell/terminal/text"
import { duration, instant } from "../format.ts"
import { settings } from "../accounts/settings.ts"
import { accountWindow } from "../logSource/query.ts"
import { checkInterval, fast, interval } from "./pollInterval.ts"

/** A line of NDJSON: an agent's first status, a change of status, or an alert. */
interface Line {
  readonly kind: "now" | Poller.Change["kind"] | "alert"
  /** When the status started. */
  readonly at: number
  readonly agent: number
  readonly status: string
  readonly subcode: string
  readonly callid: bigint
  readonly uid: bigint
  /** When the visit started, and how long it has lasted; not known for a change. */
  readonly visitSince?: number
  readonly seconds?: number
  /** For an alert: the threshold, and when it was exceeded. */
  readonly threshold?: string
  readonly brokenAt?: number
}

const nameOf = (names: AgentDirectory, agent: number) => names.get(agent) ?? { name: null, team: null }

const json = (names: AgentDirectory, { callid, uid, ...line }: Line): string =>
  JSON.stringify({ ...line, ...nameOf(names, line.agent), callid: `${callid}`, uid: `${uid}` })

const remarks: Readonly<Record<Line["kind"], string>> = {
  now: "",
  new: "",
  late: "  recorded late",
  corrected: "  corrected",
  alert: "",
}

const textOf =
  (names: AgentDirectory, zone: Calendar.Zone, style: Style) =>
  (line: Line): string => {
    const { name, team } = nameOf(names, line.agent)
    const who = [`${line.agent}`, name ?? "", team === null ? "" : `(${team})`].filter((part) => part !== "").join(" ")
    const { ink: colour } = categoryStyles[Category.of(Category.defaults, line.status)]
    const status = ink(style, colour, printable(line.status))
    const more = line.subcode === "" ? "" : `, ${printable(line.subcode)}`
    const { at, kind, seconds, threshold = "", visitSince = at } = line
    const lasted = seconds === undefined ? "" : `  for ${duration(seconds)}`
    const alarm = kind === "alert" ? `  ${ink(style, "red", "! over")} ${printable(threshold)}` : ""
    // An alert shows the time now, a first line the start of the visit, a change its own time.
    const time = kind === "alert" ? visitSince + (seconds ?? 0) : visitSince
    return `${instant(zone, time)}  ${printable(who)}  ${status}${more}${lasted}${alarm}${remarks[kind]}`
  }

/** How long a visit has lasted; never negative, since this clock may be behind ContactNow's. */
const lasting = ({ visitSince }: CurrentStatus, now: number): number => Math.max(0, now - visitSince)

const standingLine =
  (now: number) =>
  (standing: CurrentStatus): Line => {
    const { agent, callid, since, status, subcode, uid, visitSince } = standing
    return {
      kind: "now",
      at: since,
      agent,
      status,
      subcode,
      callid,
      uid,
      visitSince,
      seconds: lasting(standing, now),
    }
  }

const alertLine =
  (now: number) =>
  ({ at, standing, threshold }: Alert.Breach): Line => ({
    ...standingLine(now)(standing),
    kind: "alert",
    threshold: Alert.text(threshold),
    brokenAt: at,
  })

/** Runs the command of --run with the alert in its environment; its output goes to stderr. */
const runCommand = (command: string, names: AgentDirectory, { standing, threshold }: Alert.Breach, now: number) =>
  Effect.gen(function* () {
    const own = yield* Process
    const { name, team } = nameOf(names, standing.agent)
    // It inherits the stderr of this process, with a terminal's colours, unless the program has another one.
    const isInherited = own.stderr === process.stderr
    const started = PlatformCommand.make(command).pipe(
      PlatformCommand.runInShell(true),
      PlatformCommand.env({
        DWELL_AGENT: `${standing.agent}`,
        DWELL_NAME: name ?? "",
        DWELL_TEAM: team ?? "",
        DWELL_STATUS: standing.status,
        DWELL_SINCE: `${standing.visitSince}`,
        DWELL_SECONDS: `${lasting(standing, now)}`,
        DWELL_THRESHOLD: Alert.text(threshold),
      }),
      PlatformCommand.stderr(isInherited ? "inherit" : "pipe"),
      PlatformCommand.start,
    )
    const { exitCode, stderr, stdout } = yield* started
    const said = isInherited ? stdout : Stream.merge(stdout, stderr)
    yield* Stream.runForEach(said, (text) => Effect.sync(() => own.stderr.write(text)))
    const code = yield* exitCode
    if (code !== 0) yield* say(`--run: the command ended with exit code ${code}.`)
  }).pipe(
    Effect.scoped,
    Effect.catchAll(({ message }) => say(`--run: the command can't be run (${message}).`)),
  )

const bell = Effect.map(Process, ({ stderr }) => {
  if (stderr.isTTY === true) stderr.write("\u0007")
})

export const tail = Command.make(
  "tail",
  {
    account: shared.account,
    agent: shared.source.agent,
    tz: shared.source.tz,
    interval,
    fast,
    alert: Options.text("alert").pipe(
      Options.withPseudoName("STATUS>TIME"),
      Options.withDescription(
        "Alert when an agent stays in a status or category longer than this, e.g. wrap>3m; repeatable",
      ),
      Options.repeated,
    ),
    run: Options.text("run").pipe(
      Options.withPseudoName("COMMAND"),
      Options.withDescription(
        "Run a command for each alert; DWELL_AGENT, DWELL_STATUS, DWELL_SECONDS ... describe the alert",
      ),
      Options.optional,
    ),
    format: Options.choice("format", ["text", "ndjson"]).pipe(
      Options.withDescription("Output format. Default: text"),
      Options.withDefault("text" as const),
    ),
  },
  ({ alert, fast: isFastAllowed, format, interval: intervalSeconds, run, ...options }) =>
    Effect.gen(function* () {
      yield* checkInterval(intervalSeconds, isFastAllowed)
      const thresholds = yield* Effect.forEach(alert, (given) => Effect.mapError(Alert.parse(given), toUsageError))
      const { agents, zone } = yield* accountWindow({ ...options, from: Option.none(), to: Option.none() })
      const isAsked = (agent: number) => agents?.includes(agent) ?? true
      const found = yield* settings(options.account)
      yield* Effect.gen(function* () {
        const names = yield* StoredLog.names(found)
        const text = textOf(names, zone, yield* outputStyle)
        const lines = (all: ReadonlyArray<Line>) =>
          print(all.map((line) => (format === "text" ? text(line) : json(names, line))))

        /** Each agent's status at the last update, and the alerts so far. */
        const state = yield* Ref.make<{
          readonly standings: ReadonlyArray<CurrentStatus>
          readonly breaches: ReadonlyArray<Alert.Breach>
        }>({ standings: [], breaches: [] })
        const watch = Effect.gen(function* () {
          const now = yield* nowSeconds
          const { breaches: before, standings } = yield* Ref.get(state)
          const { breaches } = Alert.breaches(thresholds, standings, now)
          const fresh = Alert.fresh(before, breaches)
          yield* Ref.update(state, (current) => ({ ...current, breaches }))
          if (fresh.length === 0) return
          yield* lines(fresh.map(alertLine(now)))
          yield* bell
          // A slow command must not delay the next alert.
          if (Option.isSome(run)) {
            yield* Effect.forkDaemon(Effect.forEach(fresh, (breach) => runCommand(run.value, names, breach, now)))
          }
        }).pipe((yield* Effect.makeSemaphore(1)).withPermits(1))

        let isFirst = true
        const updates = Poller.follow({ intervalSeconds, isFastAllowed }).pipe(
          Stream.runForEach(({ asOf, changes, standings, trouble }) =>
            Effect.gen(function* () {
              if (trouble !== null) yield* say(`${trouble.message} Trying again.`)
              if (trouble !== null || asOf === null) return
              const asked = standings.filter(({ agent }) => isAsked(agent))
              yield* Ref.update(state, (current) => ({ ...current, standings: asked }))
              const now = yield* nowSeconds
              const told = isFirst
                ? asked.toSorted((one, other) => one.visitSince - other.visitSince).map(standingLine(now))
                : changes
                    .filter(({ event }) => isAsked(event.agent))
                    .map(({ event: { uts, ...event }, kind }): Line => ({ kind, at: uts, ...event }))
              isFirst = false
              yield* lines(told)
              yield* watch
            }),
          ),
        )
        // A threshold may be exceeded between two updates.
        const between = Effect.repeat(watch, Schedule.spaced("1 second"))
        yield* thresholds.length === 0 ? updates : Effect.raceFirst(updates, between)
      }).pipe(Effect.provide(StoredLog.services(found)))
    }),
).pipe(
  Command.withDescription(
    help(
      "Prints each agent's status, then each change as it becomes known, until Ctrl-C. It stores what it reads. With --alert, " +
        "it also reports agents who stay in a status too long: once each time, with a bell on a terminal.",
      [
        ["dwell tail", "all agents"],
        ["dwell tail --alert 'wrap>3m' --alert 'idle>20m'", "with alerts on agents who need attention"],
        ["dwell tail --format ndjson --alert 'available>1h' --run ./notify.sh", "as input for another program"],
      ],
    ),
  ),
)
