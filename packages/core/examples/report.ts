// Yesterday's availability, agent by agent, from ContactNow: the whole way from credentials to figures.
// Run it with DWELL_BASE_URL, DWELL_USERNAME and DWELL_PASSWORD set, for example as `dwell emulator` prints them.
import * as Calendar from "@dwell/core/Calendar"
import * as ContactNow from "@dwell/core/ContactNow"
import * as EventLog from "@dwell/core/EventLog"
import * as Report from "@dwell/core/Report"
import * as StatusLog from "@dwell/core/StatusLog"
import * as Token from "@dwell/core/Token"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const program = Effect.gen(function* () {
  const zone = yield* Calendar.zone("Europe/London")
  const now = Math.floor(Date.now() / 1000)
  const from = yield* Calendar.parseInstant("yesterday", { zone, now, what: "from" })
  const window = { from, to: yield* Calendar.parseInstant("today", { zone, now, what: "to" }) }
  const { read } = yield* StatusLog.StatusLog
  const log = EventLog.fromBatches([...(yield* Stream.runCollect(read({ window })))])
  const { agents } = Report.make(log, { window, now, zone })
  for (const { agent, loggedIn, rates } of agents) yield* Console.log(agent, loggedIn, rates.availability)
})

const credentials = { username: Config.redacted("DWELL_USERNAME"), password: Config.redacted("DWELL_PASSWORD") }
const contactNow = Config.all({ ...credentials, url: Config.string("DWELL_BASE_URL") }).pipe(
  Effect.flatMap(({ url, ...rest }) => Effect.map(ContactNow.baseUrl(url), (baseUrl) => ({ ...rest, baseUrl }))),
  Effect.map(ContactNow.layer),
  Layer.unwrapEffect,
)
const live = StatusLog.layer.pipe(Layer.provide(Token.layer()), Layer.provide(contactNow))
await Effect.runPromise(program.pipe(Effect.provide(live), Effect.provide(FetchHttpClient.layer)))
