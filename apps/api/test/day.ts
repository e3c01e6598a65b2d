/** A day of an invented centre, the same each time. It is over, and settled, whenever the tests run. */
import type { StatusEvent } from "@dwell/core/StatusEvent"

export const day = { from: Date.UTC(2026, 2, 10) / 1000, to: Date.UTC(2026, 2, 11) / 1000 }

/** When the log of the day was read: noon of the next day. */
export const readAt = day.to + 43_200

/** The whole day, as it was read. */
export const whole = { ...day, asOf: readAt }

export const statuses = ["available", "call", "wrap", "idle", "offline"]

/** A second of a Tuesday afternoon, when everyone of an emulated centre is at work. */
export const afternoon = Date.UTC(2026, 2, 10, 14, 40) / 1000

/** What five agents did on that day. */
export const events: ReadonlyArray<StatusEvent> = Array.from({ length: 600 }, (_, index) => ({
  uid: BigInt(10_000 + index),
  uts: day.from + ((index * 7919) % 86_400),
  agent: 700_101 + (index % 5),
  status: statuses[(index * 31 + (index % 7)) % statuses.length] ?? "idle",
  subcode: index % 11 === 0 ? "break, late" : "",
  callid: index % 3 === 0 ? BigInt(5000 + index) : 0n,
}))
