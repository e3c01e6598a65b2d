/**
 * Days of an invented centre, as bodies of NDJSON to feed a server with.
 *
 * Shape    each agent has 250 events in a shift of nine hours: calls with what comes before and after them, and a break each
 *          three hours or so; the rows of a day ascend by time and by uid, and are the same each time
 * Units    Unix seconds
 */

/** Midnight UTC; the first day. */
export const firstDay = 1_782_864_000
export const daySeconds = 86_400
export const eventsAnAgent = 250

const firstAgent = 700_101
const firstUid = 60_000_000_000
const firstCall = 3_000_000_000
const shiftSeconds = 9 * 3600

/** Numbers of 32 bits that look like chance (Marsaglia's xorshift). */
const chances = (seed: number) => {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1
  return (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** What a contact is made of, and how long each lasts at most, in parts of a shift. */
const contact = [
  ["available", 120],
  ["ringing", 12],
  ["call", 480],
  ["wrap", 120],
] as const

const eventsBetweenBreaks = 80

interface Event {
  readonly uts: number
  readonly agent: number
  readonly status: string
  readonly subcode: string
  readonly callid: number
}

/** An agent's shift, from its first status to `offline`. */
const shift = (agent: number, from: number): ReadonlyArray<Event> => {
  const chance = chances(agent + from)
  const lengths = Array.from({ length: eventsAnAgent - 1 }, (_, n) => 1 + chance(contact[n % 4]?.[1] ?? 1))
  const scale = shiftSeconds / lengths.reduce((sum, length) => sum + length, 0)
  const begin = from + 7 * 3600 + chance(4 * 3600)
  let after = 0
  const events = lengths.map((length, n): Event => {
    const uts = begin + Math.floor(after * scale)
    after += length
    const status = contact[n % 4]?.[0] ?? ""
    if (n % eventsBetweenBreaks === eventsBetweenBreaks - 4) {
      return { uts, agent, status: "break", subcode: n < 2 * eventsBetweenBreaks ? "Lunch" : "Coffee", callid: 0 }
    }
    const callid = status === "available" ? 0 : firstCall + agent * 100 + (n >>> 2)
    return { uts, agent, status, subcode: "", callid }
  })
  return [...events, { uts: begin + shiftSeconds, agent, status: "offline", subcode: "", callid: 0 }]
}

/** The span of a day that is over. */
export const spanOf = (day: number) => {
  const from = firstDay + day * daySeconds
  return { from, to: from + daySeconds, asOf: from + 2 * daySeconds }
}

/** A row as the vendor has it: all are texts. */
const line = ({ agent, callid, status, subcode, uts }: Event, uid: number): string =>
  `{"uid":"${uid}","uts":"${uts}","agent":"${agent}","status":"${status}","subcode":"${subcode}","callid":"${callid}"}\n`

/** The rows of a day, counted from 0, of so many agents. */
export const day = (number: number, agents: number): string => {
  const { from } = spanOf(number)
  const events = Array.from({ length: agents }, (_, n) => shift(firstAgent + n, from)).flat()
  const ordered = events.toSorted((one, other) => one.uts - other.uts)
  const first = firstUid + number * ordered.length
  return ordered.map((event, n) => line(event, first + n)).join("")
}

/** A row of an agent's, the `number`th of those that came after all days. */
export const later = (number: number, agents: number, uts: number): string =>
  line(
    {
      uts,
      agent: firstAgent + (number % agents),
      status: number % 2 === 0 ? "coaching" : "meeting",
      subcode: "",
      callid: 0,
    },
    2 * firstUid + number,
  )
