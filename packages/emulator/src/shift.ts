/**
 * One agent's shift: who works when, and the status changes between login and logout.
 *
 * Shape    `changesOf` gives the changes in the order they happened; a change may be recorded later than it happened
 * Units    Unix seconds; days are whole days since 1970-01-01 UTC, and a shift belongs to the day it starts on
 * Fails    never
 */
import { chance, mix, random } from "./random.ts"

/** Seconds in a day. */
export const DAY = 86_400
/** The longest a change waits to be recorded. */
export const LATEST = 900

const HOUR = 3600
const LENGTH = 8.25 * HOUR
/** Past this many days a forgotten logout is taken to have been cleared by somebody. */
const LOOK_BACK = 14

/** One status change. `callid` 0 = no call. */
export interface Change {
  readonly uts: number
  readonly recorded: number
  readonly agent: number
  readonly status: string
  readonly subcode: string
  callid: number
}

interface Shift {
  readonly start: number
  readonly end: number
  /** Nobody logs out when it ends. */
  readonly forgotten: boolean
}

/** Every sixth agent works nights. */
export const worksNights = (index: number): boolean => index % 6 === 5

const shiftOf = (seed: number, index: number, day: number): Shift | undefined => {
  const weekday = (day + 4) % 7
  const weekend = weekday === 0 || weekday === 6
  const night = worksNights(index)
  const present = night ? (weekend ? 0.5 : 0.85) : weekend ? 0.3 : 0.9
  if (chance(seed, index, day, 1) >= present) return undefined
  // Early and late weeks alternate; weeks start on Monday. Sixths keep each team from being all early or all late.
  const early = (index + Math.floor(index / 6) + Math.floor((day + 3) / 7)) % 2 === 0
  const hour = night ? 21.75 : early ? 7 : 12.5
  const jitter = (mix(seed, index, day, 2) % 1200) - 600
  const start = day * DAY + hour * HOUR + jitter
  return { start, end: start + LENGTH, forgotten: chance(seed, index, day, 3) < 1 / 40 }
}

const stillLoggedIn = (seed: number, index: number, day: number): boolean => {
  for (let back = 1; back <= LOOK_BACK; back++) {
    const shift = shiftOf(seed, index, day - back)
    if (shift !== undefined) return shift.forgotten
  }
  return false
}

/** The changes of the shift an agent starts on a day; none on a day off. */
export const changesOf = (seed: number, index: number, agent: number, day: number): Array<Change> => {
  const shift = shiftOf(seed, index, day)
  const changes: Array<Change> = []
  if (shift === undefined) return changes
  const r = random(mix(seed, index, day, 4))
  let now = shift.start
  let calls = 0

  const enter = (status: string, subcode: string, callid: number, seconds: number): void => {
    const recorded = r.next() < 1 / 300 ? now + r.between(60, LATEST) : now
    changes.push({ uts: now, recorded, agent, status, subcode, callid })
    now += r.next() < 1 / 500 ? 0 : Math.max(1, Math.round(seconds))
  }

  const pauses = [
    { at: shift.start + r.between(100, 130) * 60, status: "break", subcode: "tea", seconds: r.between(600, 960) },
    { at: shift.start + r.between(210, 280) * 60, status: "lunch", subcode: "", seconds: r.between(1500, 2100) },
    { at: shift.start + r.between(370, 400) * 60, status: "break", subcode: "tea", seconds: r.between(600, 960) },
  ]

  if (stillLoggedIn(seed, index, day)) enter("offline", "", 0, 3)
  enter("idle", "", 0, r.between(5, 95))

  while (now < shift.end) {
    const pause = pauses[0]
    if (pause !== undefined && now >= pause.at) {
      pauses.shift()
      enter(pause.status, pause.subcode, 0, pause.seconds)
    } else if (r.next() < 0.004) {
      enter(r.pick("coaching", "coaching", "meeting", "Idle - Countdown"), "", 0, r.between(300, 1500))
    } else if (r.next() < 0.03) {
      enter("idle", r.pick("", "", "admin"), 0, r.between(20, 300))
    }
    // Mornings are busier than the rest of the day, so the wait for a call is shorter.
    const hour = Math.floor((now % DAY) / HOUR)
    enter("available", "", 0, Math.min(3600, r.exponential(hour >= 9 && hour < 12 ? 70 : 105)))

    // Room for ten thousand agents of a thousand calls a day each.
    const callid = day * 10_000_000 + index * 1000 + calls++
    if (r.next() < 0.05) enter("ringing", "", callid, r.between(2, 15))
    const talk = Math.min(5400, r.logNormal(175, 0.7))
    if (r.next() < 0.04) {
      enter("call", "", callid, talk * 0.4)
      enter("hold", "", callid, r.between(10, 120))
      enter("call", "", callid, talk * 0.6)
    } else enter("call", "", callid, talk)
    if (r.next() < 0.94)
      enter(
        "wrap",
        r.pick("", "resolved", "resolved", "callback note", "sale", "escalated", "billing & refund"),
        0,
        Math.min(1800, r.logNormal(40, 0.6)),
      )
  }

  if (!shift.forgotten) enter("offline", r.pick("", "", "shift end"), 0, 1)
  else if (r.next() < 0.7) enter(r.pick("idle", "available"), "", 0, 1)
  return changes
}
