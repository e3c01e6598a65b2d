/**
 * `dwell sync`: fetches what is missing from a window and stores it, once or continuously.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as Coverage from "@dwell/core/Coverage"
import { EventStore } from "@dwell/core/EventStore"
import * as Poller from "@dwell/core/Poller"
import type { Result } from "@dwell/core/Sync"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Api from "../logSource/apiTarget.ts"
import { help } from "@dwell/terminal/help"
import * as StoredLog from "../logSource/storedLog.ts"
import * as shared from "../logSource/options.ts"
import { print, say } from "../output.ts"
import * as Progress from "../progress.ts"
import * as Push from "../push.ts"
import { bytes, count, instant, plural } from "../format.ts"
import { settings, type Settings } from "../accounts/settings.ts"
import { accountWindow } from "../logSource/query.ts"
import { checkInterval, fast, interval } from "./pollInterval.ts"

const text = (name: string, value: string, description: string) =>
  Options.text(name).pipe(Options.withPseudoName(value), Options.withDescription(description), Options.optional)

const outcome = ({ added, changed, requests, unchanged }: Result): string =>
  `${plural(added + changed + unchanged, "row")} read in ${plural(requests, "request")}: ` +
  `${count(added)} new, ${count(unchanged)} unchanged, ${count(changed)} corrected.`

/** The content of the store, in one line. */
const storeSummary = (zone: Calendar.Zone) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const { spans } = yield* store.coverage
    const size = yield* store.size
    const [first, last] = [spans[0], spans.at(-1)]
    if (first === undefined || last === undefined) return "Nothing is stored."
    const gaps = Coverage.missing({ spans, carriedIn: [] }, { from: first.from, to: last.to }).length
    return (
      `Stored: ${instant(zone, first.from)} to ${instant(zone, last.to)} (${zone.name})` +
      `${gaps === 0 ? "" : ` with ${plural(gaps, "gap")}`}, ` +
      `${plural(size.openRows + size.closedRows, "event")}, ${bytes(size.bytes)}.`
    )
  })

/** Pushes, and shows the progress. */
const pushWithProgress = (target: Api.Target, found: Settings, again: Pick<Push.Options, "again"> = {}) =>
  Effect.gen(function* () {
    const meter = yield* Progress.make
    const onSpan = (rows: number) => meter.show(() => `Pushing  ${plural(rows, "row")}`)
    const total = yield* Push.push(target, found, { ...again, onSpan }).pipe(Effect.ensuring(meter.clear))
    return (
      `Pushed to ${target.url}: ${count(total.added)} new, ${count(total.unchanged)} unchanged, ` +
      `${count(total.changed)} corrected.`
    )
  })

export const sync = Command.make(
  "sync",
  {
    account: shared.account,
    from: text("from", "T", `Start of the window: ${shared.instants}. Default: -7d`),
    to: text("to", "T", "End of the window (exclusive). Default: now"),
    tz: shared.source.tz,
    agent: shared.source.agent,
    order: Options.choice("order", ["newest", "oldest"]).pipe(
      Options.withDescription("Which end of the window to fetch first. Default: newest"),
      Options.withDefault("newest" as const),
    ),
    refresh: shared.source.refresh,
    watch: Options.boolean("watch").pipe(Options.withDescription("Keep fetching new events until Ctrl-C")),
    interval,
    fast,
    push: text("push", "URL", "Push stored events to a Dwell API, which then answers from them"),
    key: text("key", "FILE", "File (mode 0600) with the key for --push. Default: DWELL_PUSH_KEY"),
  },
  ({ fast: isFastAllowed, interval: intervalSeconds, key, order, push, refresh, watch, ...options }) =>
    Effect.gen(function* () {
      if (watch) yield* checkInterval(intervalSeconds, isFastAllowed)
      const { agents, window, zone } = yield* accountWindow({
        ...options,
        from: Option.orElseSome(options.from, () => "-7d"),
      })
      const found = yield* settings(options.account)
      const target = yield* Effect.transposeMapOption(push, (url) =>
        Api.target(url, key, { option: "--push", variable: "DWELL_PUSH_KEY" }),
      )
      yield* Effect.gen(function* () {
        const some = agents === undefined ? {} : { agents }
        yield* print([outcome(yield* StoredLog.sync({ window, order, refresh, ...some })), yield* storeSummary(zone)])
        yield* StoredLog.names(found, window)
        const readAgain = refresh ? { again: window } : {}
        yield* print(
          Option.toArray(yield* Effect.transposeMapOption(target, (to) => pushWithProgress(to, found, readAgain))),
        )
        if (!watch) return
        const meter = yield* Progress.make
        const again = (message: string) => Effect.zipRight(meter.clear, say(`${message} Trying again.`))
        yield* Poller.follow({ intervalSeconds, isFastAllowed }).pipe(
          Stream.runForEach(({ asOf, changes, standings, trouble }) =>
            Effect.gen(function* () {
              if (trouble !== null) {
                yield* again(trouble.message)
                return
              }
              yield* meter.show(
                () =>
                  `${asOf === null ? "" : instant(zone, asOf)}  ${plural(changes.length, "change")}, ${plural(standings.length, "agent")}`,
              )
              const pushed = Effect.transposeMapOption(target, (to) => pushWithProgress(to, found))
              yield* Effect.catchTags(pushed, {
                ApiUnavailable: ({ message }) => again(message),
                UserError: ({ message }) => again(message),
              })
            }),
          ),
          Effect.ensuring(meter.clear),
        )
      }).pipe(Effect.provide(StoredLog.services(found)))
    }),
).pipe(
  Command.withDescription(
    help(
      "Fetches what is missing from a window and stores it: once, or continuously with --watch. Stored events need no request " +
        "and stay when ContactNow deletes its own. You can stop at any time; the next run resumes.",
      [
        ["dwell sync --from -90d --order oldest", "three months, oldest first"],
        ["dwell sync --watch", "the last week, then new events as they happen"],
        [
          "dwell sync --watch --push https://dwell.example.com --key key.txt",
          "feed a Dwell API from this machine's address",
        ],
      ],
    ),
  ),
)
