/**
 * The connection to ContactNow: its services, and what is read without being stored.
 */
import * as AgentDirectory from "@dwell/core/AgentDirectory"
import * as ContactNow from "@dwell/core/ContactNow"
import type { ContactNowError } from "@dwell/core/ContactNowError"
import * as EventLog from "@dwell/core/EventLog"
import * as StatusLog from "@dwell/core/StatusLog"
import * as Token from "@dwell/core/Token"
import type { Window } from "@dwell/core/Window"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { say } from "../output.ts"
import * as Progress from "../progress.ts"
import { percent, plural } from "../format.ts"
import { type Connection, type Settings, tokenFile } from "./settings.ts"

/** The services that talk to ContactNow. By default the token of an account is cached in a file. */
export const connect = (
  { account, addresses, ...connection }: Connection & Partial<Pick<Settings, "account">>,
  { keepToken = true } = {},
) => {
  const contactNow = ContactNow.layer(connection)
  const token = Layer.unwrapScoped(
    Effect.gen(function* () {
      const isKept = keepToken && account !== undefined
      const cache = isKept ? { cache: yield* Token.fileCache(yield* tokenFile(account), { addresses }) } : {}
      return Token.layer({ addresses, ...cache })
    }),
  )
  return StatusLog.layer.pipe(Layer.provideMerge(token), Layer.provideMerge(contactNow))
}

/** Reads a window from ContactNow and shows the progress. */
export const readFromVendor = (window: Window, agents: ReadonlyArray<number> | undefined) =>
  Effect.gen(function* () {
    const statusLog = yield* StatusLog.StatusLog
    const meter = yield* Progress.make
    const collector = EventLog.collector()
    yield* statusLog
      .read({
        window,
        ...(agents === undefined ? {} : { agents }),
        onProgress: ({ all, done, phase, requests, rows }) =>
          meter.show(
            () =>
              `Reading ${phase === "carryIn" ? "earlier events" : "the window"}  ${percent(done / Math.max(1, all))}  ` +
              `${plural(rows, "row")} in ${plural(requests, "request")}`,
          ),
      })
      .pipe(
        Stream.runForEach((batch) => Effect.sync(() => collector.add(batch))),
        Effect.ensuring(meter.clear),
      )
    return collector.log()
  })

/** The names in ContactNow. It knows the team only of agents with calls, so a week before the window is read too. */
export const readVendorDirectory = ({ from, to }: Window) =>
  AgentDirectory.fromVendor({ from: from - StatusLog.defaultLookBackSeconds, to })

/**
 * Reads names. If that fails, it warns and returns the fallback, since a report without names is still right. Wrong
 * credentials do fail and are not tried twice: ContactNow may lock the account.
 */
export const withNameFallback = (
  fallback: AgentDirectory.AgentDirectory,
  read: Effect.Effect<AgentDirectory.AgentDirectory, ContactNowError, ContactNow.ContactNow | Token.Token>,
) =>
  Effect.catchIf(
    read,
    ({ reason }) => reason !== "CredentialsRejected",
    ({ message }) => Effect.as(say(`The names of agents could not be read, so ids are shown. ${message}`), fallback),
  )
