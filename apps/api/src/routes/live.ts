import type { operations } from "@dwell/client/contract"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { type RequestContext, streamed } from "../account/cachedResponse.ts"
import { LiveFeed, type Update } from "../account/LiveFeed.ts"

/** Proxies end a connection on which nothing is heard for half a minute or so. */
const heartBeat = Duration.seconds(15)
/** So long a browser waits before it comes back, in milliseconds. */
const retryMillis = 2000

const text = ({ data, event, id }: Update & { readonly id: string }): string =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`

export const getLive = (context: RequestContext<typeof operations.getLive.query.Type>) =>
  Effect.gen(function* () {
    const live = yield* LiveFeed
    const updates = Stream.map(live.updates(context.request.headers.get("last-event-id") ?? undefined), text)
    const beats = Stream.map(Stream.fromSchedule(Schedule.spaced(heartBeat)), () => "event: beat\ndata: {}\n\n")
    const lines = Stream.concat(
      Stream.succeed(`retry: ${retryMillis}\n\n`),
      Stream.merge(updates, beats, { haltStrategy: "left" }),
    )
    const body = yield* Stream.toReadableStreamEffect(Stream.encodeText(lines))
    const response = yield* streamed(context, body)
    response.headers.set("Cache-Control", "no-store")
    response.headers.set("X-Accel-Buffering", "no")
    return response
  })
