import { describe, expect, it } from "vitest"
import * as Snapshot from "../../src/interval/Snapshot.ts"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as EventLog from "../../src/log/EventLog.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"

/** A log of one agent, its ids in the order given. */
const logOf = (events: ReadonlyArray<readonly [uts: number, status: string, more?: Partial<StatusEvent>]>) =>
  EventLog.fromBatches([
    EventBatch.fromEvents(
      events.map(([uts, status, more], index) => ({
        uid: BigInt(index + 1),
        uts,
        agent: 7,
        status,
        subcode: "",
        callid: 0n,
        ...more,
      })),
    ),
  ])

const at = (log: EventLog.EventLog, instant: number) =>
  Snapshot.at(log, instant).map(({ isVisitWhole, since, status, until, visitSince }) => [
    status,
    since,
    isVisitWhole ? visitSince : null,
    until,
  ])

describe("an agent", () => {
  const log = logOf([
    [100, "available"],
    [160, "call"],
    [220, "wrap"],
  ])

  it("has no status before the first event", () => {
    expect(at(log, 99)).toEqual([])
    expect(at(logOf([]), 99)).toEqual([])
  })

  it("has changed in the second of the event, not before", () => {
    expect(at(log, 100)).toEqual([["available", 100, null, 160]])
    expect(at(log, 159)).toEqual([["available", 100, null, 160]])
    expect(at(log, 160)).toEqual([["call", 160, 160, 220]])
  })

  it("stays in the last status, which nothing known ends", () => {
    expect(at(log, 220)).toEqual([["wrap", 220, 220, null]])
    expect(at(log, 1e9)).toEqual([["wrap", 220, 220, null]])
  })

  it("has the last of several events of one second, by id and not by delivery", () => {
    const same = logOf([
      [100, "available"],
      [160, "offline", { uid: 9n }],
      [160, "call", { uid: 8n }],
      [160, "wrap", { uid: 7n }],
      [200, "idle", { uid: 6n }],
    ])
    expect(at(same, 159)).toEqual([["available", 100, null, 160]])
    expect(at(same, 160)).toEqual([["offline", 160, 160, 200]])
  })

  it("has the event's own details", () => {
    const calls = logOf([[100, "call", { callid: 2n ** 63n - 1n, subcode: " Tea ", uid: 2n ** 53n + 1n }]])
    expect(Snapshot.at(calls, 100)).toMatchObject([
      { agent: 7, callid: 2n ** 63n - 1n, subcode: " Tea ", uid: 2n ** 53n + 1n },
    ])
  })
})

describe("a visit", () => {
  it("goes on over events with the same status, and each of them is since when the rest is known", () => {
    const log = logOf([
      [100, "available"],
      [160, "call", { callid: 1n }],
      [200, "call", { callid: 2n }],
      [220, "call", { callid: 2n, subcode: "hold" }],
      [300, "wrap"],
    ])
    expect(at(log, 190)).toEqual([["call", 160, 160, 200]])
    expect(at(log, 210)).toEqual([["call", 200, 160, 220]])
    expect(at(log, 299)).toEqual([["call", 220, 160, 300]])
  })

  it("is parted by another status, though it has no time", () => {
    const log = logOf([
      [100, "available"],
      [160, "call"],
      [200, "wrap"],
      [200, "call"],
    ])
    expect(at(log, 200)).toEqual([["call", 200, 200, null]])
  })

  it("has no known beginning when nothing is known before it", () => {
    const log = logOf([
      [100, "call"],
      [200, "call"],
    ])
    expect(at(log, 250)).toEqual([["call", 200, null, null]])
  })
})

it("a snapshot has agents in order, without those with no event by then", () => {
  const log = logOf([
    [100, "call", { agent: 9 }],
    [50, "idle", { agent: 8 }],
    [20, "wrap", { agent: 12 }],
  ])
  expect(Snapshot.at(log, 60).map(({ agent }) => agent)).toEqual([8, 12])
})
