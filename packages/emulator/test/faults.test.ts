import { describe, expect, it, vi } from "vitest"
import { type Emulator, type FaultKind, type FaultOptions, make } from "../src/index.ts"
import { get, login, LOGIN, parse, pathOf, reading } from "./support.ts"

const NOON = 1_760_011_200
const options = { clock: () => NOON, days: 2 } as const

const faulty = async (kind: FaultKind, particulars?: FaultOptions) => {
  const emulator = make(options)
  const path = pathOf("database", reading(await login(emulator)))
  const sound = await (await emulator.app.request(path)).text()
  emulator.faultOnce(kind, { script: "database", ...particulars })
  return { emulator, path, sound }
}

const text = async ({ app }: Emulator, path: string): Promise<string> => (await app.request(path)).text()

describe("a fault that happens once", () => {
  it.each([500, 502, 503] as const)("answers with %i where it is a serverError", async (status) => {
    const { emulator, path, sound } = await faulty("serverError", { status })
    const response = await emulator.app.request(path)
    expect(response.status).toBe(status)
    expect(await response.text()).toMatch(/^[A-Z][A-Za-z ]+$/)
    expect(await text(emulator, path)).toBe(sound)
  })

  it("answers with a page where it is html", async () => {
    const { emulator, path, sound } = await faulty("html")
    const response = await emulator.app.request(path)
    expect([response.status, response.headers.get("content-type")]).toEqual([502, "text/html"])
    expect(await response.text()).toBe("<html><body>502 Bad Gateway</body></html>")
    expect(await text(emulator, path)).toBe(sound)
  })

  it("drops the connection before the answer", async () => {
    const { emulator, path, sound } = await faulty("drop", { at: "head" })
    await expect(Promise.resolve(emulator.app.request(path))).rejects.toThrow("connection dropped")
    expect(await text(emulator, path)).toBe(sound)
  })

  it("drops the connection in the middle of the body", async () => {
    const { emulator, path, sound } = await faulty("drop", { at: "body" })
    const response = await emulator.app.request(path)
    expect(response.status).toBe(200)
    const reader = response.body?.getReader()
    const decoder = new TextDecoder()
    let got = ""
    await expect(
      (async () => {
        for (;;) {
          const next = await reader?.read()
          if (next?.done !== false) return
          got += decoder.decode(next.value, { stream: true })
        }
      })(),
    ).rejects.toThrow("connection dropped")
    expect(sound.startsWith(got)).toBe(true)
    expect(got.length).toBeGreaterThan(0)
    expect(await text(emulator, path)).toBe(sound)
  })

  it("cuts the body in half where it is truncate", async () => {
    const { emulator, path, sound } = await faulty("truncate")
    const response = await emulator.app.request(path)
    expect(response.headers.get("content-length")).toBeNull()
    const got = await response.text()
    expect(sound.startsWith(got)).toBe(true)
    expect(got.length / sound.length).toBeGreaterThan(0.35)
    expect(got.length / sound.length).toBeLessThan(0.65)
    expect(await text(emulator, path)).toBe(sound)
  })

  it("cuts a short body in half as well", async () => {
    const emulator = make(options)
    emulator.faultOnce("truncate")
    const short = await text(emulator, pathOf("token", LOGIN))
    const sound = await text(emulator, pathOf("token", LOGIN))
    expect(short).toBe(sound.slice(0, Math.floor(sound.length / 2)))
  })

  it("hands over fewer rows than it says where it is totalLie", async () => {
    const { emulator, path, sound } = await faulty("totalLie")
    const honest = parse(sound)
    const lie = parse(await text(emulator, path))
    expect(lie.total).toBe(honest.total)
    expect(lie.list).toEqual(honest.list?.slice(0, lie.list?.length))
    expect(lie.list?.length).toBeLessThan(honest.total ?? 0)
    expect(await text(emulator, path)).toBe(sound)
  })

  it("forgets the token where it is expiredToken", async () => {
    const { emulator, path } = await faulty("expiredToken")
    const before = emulator.requests.length
    expect(parse(await text(emulator, path))).toEqual({ success: false, error: "Expired token", expire: -1 })
    expect(parse(await text(emulator, path))).toEqual({ success: false, error: "Unknown token" })
    expect((await get(emulator, "database", reading(await login(emulator)))).success).toBe(true)
    expect(emulator.requests.length - before).toBe(4)
  })

  it("leaves the token as it is where it is wrongAddress", async () => {
    const { emulator, path, sound } = await faulty("wrongAddress")
    expect(parse(await text(emulator, path))).toEqual({ success: false, error: "Invalid token" })
    expect(await text(emulator, path)).toBe(sound)
  })

  it("sends the same body in many pieces where it is slowDrip", async () => {
    const drip = await faulty("slowDrip", { ms: 0 })
    const response = await drip.emulator.app.request(drip.path)
    const pieces: Array<number> = []
    const decoder = new TextDecoder()
    let got = ""
    for await (const piece of response.body ?? []) {
      pieces.push(piece.length)
      got += decoder.decode(piece, { stream: true })
    }
    expect(got).toBe(drip.sound)
    expect(pieces.length).toBeGreaterThan(20)
  })

  it("waits before the same answer where it is latency", async () => {
    const { emulator, path, sound } = await faulty("latency", { ms: 40 })
    vi.useFakeTimers({ toFake: ["setTimeout"] })
    try {
      const answer = text(emulator, path)
      while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve))
      vi.advanceTimersByTime(39)
      expect(vi.getTimerCount()).toBe(1)
      vi.advanceTimersByTime(1)
      expect(await answer).toBe(sound)
    } finally {
      vi.useRealTimers()
    }
  })

  it("waits for a request that it can happen to, one at a time", async () => {
    const emulator = make(options)
    emulator.faultOnce("expiredToken")
    emulator.faultOnce("html", { method: "agents" })
    emulator.faultOnce("html", { script: "token" })
    expect((await emulator.app.request(pathOf("token", LOGIN))).status).toBe(502)
    const token = await login(emulator)
    expect((await get(emulator, "database", reading(token))).error).toBe("Expired token")
    const again = await login(emulator)
    expect((await get(emulator, "database", reading(again))).success).toBe(true)
    const agents = pathOf("database", { ...reading(again), method: "agents" })
    expect((await emulator.app.request(agents)).status).toBe(502)
    expect((await emulator.app.request(agents)).status).toBe(200)
  })
})

describe("faults by rate", () => {
  const outcomes = async (faults: number, seed: number): Promise<ReadonlyArray<string>> => {
    const emulator = make({ ...options, agents: 0, seed, faults })
    const found: Array<string> = []
    for (let i = 0; i < 400; i++)
      found.push(
        await Promise.resolve(emulator.app.request(pathOf("token", LOGIN)))
          .then(async (response) => `${response.status} ${await response.text()}`)
          .catch(String),
      )
    return found
  }

  it("are the same each time, about as many as asked for, of four kinds", async () => {
    const found = await outcomes(0.2, 8)
    expect(await outcomes(0.2, 8)).toEqual(found)
    expect(await outcomes(0.2, 9)).not.toEqual(found)
    const bad = found.filter((outcome) => !/^200 \{.*\}$/.test(outcome))
    expect(bad.length).toBeGreaterThan(50)
    expect(bad.length).toBeLessThan(115)
    const kindOf = (outcome: string): string =>
      outcome.includes("dropped")
        ? "drop"
        : outcome.includes("html")
          ? "html"
          : outcome.startsWith("200")
            ? "cut"
            : "error"
    expect([...new Set(bad.map(kindOf))].toSorted()).toEqual(["cut", "drop", "error", "html"])
  })

  it("happen always at 1 and never at 0", async () => {
    expect((await outcomes(0, 8)).every((outcome) => outcome.startsWith('200 {"success":true'))).toBe(true)
    const always = make({ ...options, faults: { html: 1, latency: { rate: 1, ms: 1 } } })
    expect((await always.app.request(pathOf("token", LOGIN))).status).toBe(502)
  })

  it("refuse impossible rates", () => {
    expect(() => make({ ...options, faults: 2 })).toThrow(RangeError)
    expect(() => make({ ...options, faults: { drop: -0.1 } })).toThrow(RangeError)
    expect(() => make({ ...options, faults: { drop: 0.6, html: 0.6 } })).toThrow(RangeError)
    expect(() => make({ ...options, faults: { latency: { rate: Number.NaN, ms: 1 } } })).toThrow(RangeError)
  })
})
