/**
 * The vendor: the services that talk to it, and what is read of it without being kept.
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

/** The services that talk to the vendor; the token of an account is kept in a file of its own unless told otherwise. */
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

/** Reads a window from the vendor, showing how far it is. */
export const fromVendor = (window: Window, agents: ReadonlyArray<number> | undefined) =>
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

/** The vendor's names. Teams are known of agents with calls alone, so a week before the window is asked about too. */
export const vendorDirectory = ({ from, to }: Window) =>
  AgentDirectory.fromVendor({ from: from - StatusLog.defaultLookBackSeconds, to })

/**
 * Names as they were read; a report without names is still right, so that their failure is only said. Wrong credentials are
 * not tried twice, though: the vendor may lock an account out.
 */
export const namesOr = (
  fallback: AgentDirectory.AgentDirectory,
  read: Effect.Effect<AgentDirectory.AgentDirectory, ContactNowError, ContactNow.ContactNow | Token.Token>,
) =>
  Effect.catchIf(
    read,
    ({ reason }) => reason !== "CredentialsRejected",
    ({ message }) => Effect.as(say(`The names of agents could not be read, so ids are shown. ${message}`), fallback),
  )
