import { describe, expect, it } from "vitest"
import { dwellApi } from "./commandLine.ts"

describe("dwell-api", () => {
  it.each([[[]], [["--help"]], [["help", "serve"]], [["keys"]], [["keys", "create", "--help"]]])(
    "says what it is for when it is asked, without colours in a pipe: %j",
    async (args) => {
      const { status, stderr, stdout } = await dwellApi(args)
      expect([status, stderr]).toEqual([0, ""])
      expect(stdout).toMatch(/^Usage {2}dwell-api /)
      expect(stdout).not.toContain("\u001b")
    },
  )

  it.each([
    ["--version", /^\d+\.\d+\.\d+\n+$/],
    ["--completions=bash", /complete .* dwell-api/],
  ])("prints on stdout what %s asks for", async (option, printed) => {
    const { status, stderr, stdout } = await dwellApi([option])
    expect([status, stderr]).toEqual([0, ""])
    expect(stdout).toMatch(printed)
  })

  it.each([
    [["boil"], '"boil" is not a command'],
    [["keys", "boil"], '"keys boil" is not a command'],
    [["serve", "--port", "x"], '--port: "x" is not valid'],
    [["serve", "--port", "99999"], "--port: it must be between 0 and 65535"],
    [["serve", "--interval", "0"], "--interval: it must be between 1 and 3600 seconds, not 0"],
    [["keys", "create"], "'--name'"],
  ])("names what it can't understand in one line and ends with 2: %j", async (args, named) => {
    const { status, stderr, stdout } = await dwellApi(args)
    expect([status, stdout]).toEqual([2, ""])
    expect(stderr).toContain(named)
    expect(stderr.split("\n")).toHaveLength(2)
    expect(stderr).not.toContain("\u001b")
  })

  it.each([
    [["serve", "--vendors", "/no/such/file"], {}, "/no/such/file: it can't be read"],
    [["serve"], { DWELL_TIMEZONE: "Mars" }, "DWELL_TIMEZONE"],
  ])("says what a person can put right and ends with 1: %j %j", async (args, env, named) => {
    const { status, stderr, stdout } = await dwellApi(args, env)
    expect([status, stdout]).toEqual([1, ""])
    expect(stderr).toContain(named)
    expect(stderr.split("\n")).toHaveLength(2)
  })
})
