import { describe, expect, it } from "vitest"
import { type CachedResponse, sharedCaches } from "../src/account/ResponseCache.ts"

const held = (to: number, size = 10): CachedResponse => ({
  body: new Uint8Array(size),
  type: "text/plain",
  etag: `"${to}-${size}"`,
  immutableFrom: Infinity,
  to,
  isTimeInvariant: true,
})

describe("stored answers", () => {
  it("are forgotten if they depend on something from an instant on, and else kept", () => {
    for (const from of [-Infinity, 0, 99, 100, 101, Infinity]) {
      const answers = sharedCaches(10_000)()
      const ends = [0, 50, 100, 101, 500, Infinity]
      for (const to of ends) answers.put(`${to}`, held(to))
      answers.forget(from)
      expect(ends.filter((to) => answers.get(`${to}`) !== undefined)).toEqual(ends.filter((to) => to <= from))
    }
  })

  it("have another version once something was forgotten", () => {
    const answers = sharedCaches(10_000)()
    const before = answers.version()
    answers.put("one", held(1))
    expect(answers.version()).toBe(before)
    answers.forget(Infinity)
    expect(answers.version()).not.toBe(before)
  })

  it("take no more room than they have: the least recently used go first", () => {
    const answers = sharedCaches(1000)()
    for (const key of ["a", "b", "c", "d"]) answers.put(key, held(1, 200))
    expect(answers.get("a")).toBeDefined()
    answers.put("e", held(1, 240))
    expect(["a", "b", "c", "d", "e"].filter((key) => answers.get(key) !== undefined)).toEqual(["a", "c", "d", "e"])
    answers.put("large", held(1, 300))
    expect(answers.get("large")).toBeUndefined()
  })

  it("count an answer that is put twice once", () => {
    const answers = sharedCaches(1000)()
    for (let round = 0; round < 100; round++) answers.put("a", held(round, 200))
    answers.put("b", held(1, 200))
    expect([answers.get("a")?.to, answers.get("b")?.to]).toEqual([99, 1])
  })

  it("share their room between accounts, and nothing else", () => {
    const answersOf = sharedCaches(1000)
    const [london, paris] = [answersOf(), answersOf()]
    for (const key of ["a", "b", "c"]) london.put(key, held(1, 200))
    for (const key of ["a", "b"]) paris.put(key, held(2, 200))
    expect(["a", "b", "c"].map((key) => london.get(key)?.to)).toEqual([undefined, 1, 1])
    paris.forget(0)
    expect([london.get("b")?.to, paris.get("a")]).toEqual([1, undefined])
    // What was forgotten made room.
    for (const key of ["d", "e"]) london.put(key, held(3, 200))
    expect(["b", "c", "d", "e"].map((key) => london.get(key)?.to)).toEqual([1, 1, 3, 3])
  })
})
