// Shows what `dwell-api keys` does as a shell sees it: on a folder, and of an API that is served on the loopback.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { createServer, type IncomingMessage, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { build } from "esbuild"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { has } from "../../src/keys/Caller.ts"
import * as file from "../../src/keys/file.ts"
import { KeyRing } from "../../src/keys/KeyRing.ts"
import * as schemas from "../../src/keys/schemas.ts"

const scratch = mkdtempSync(join(tmpdir(), "dwell-keys-"))
afterAll(() => rmSync(scratch, { recursive: true }))

const program = join(scratch, "program.mjs")
// A program of one file starts in a fifth of the time.
beforeAll(() =>
  build({
    entryPoints: [fileURLToPath(new URL("program.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
    logLevel: "warning",
  }),
)

const folder = (): string => mkdtempSync(join(scratch, "folder-"))

/** Runs a command line of `dwell-api keys`. */
const run = async (line: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, [program, "keys", ...line], {
    env: { PATH: process.env["PATH"] ?? "", HOME: scratch, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const ended = once(child, "close")
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  await ended
  return { stdout, stderr, status: child.exitCode }
}

/** Asks the ring in a folder. */
const ring = <A, E>(data: string, use: (keys: KeyRing["Type"]) => Effect.Effect<A, E>): Promise<A> =>
  Effect.flatMap(KeyRing, use).pipe(
    Effect.provide(Layer.provide(file.layer(data), NodeContext.layer)),
    Effect.runPromise,
  )

const check = (data: string, key: string) => ring(data, (keys) => Effect.either(keys.check(Redacted.make(key.trim()))))

/** Makes a session with a key. */
const startSession = (key: string) => (keys: KeyRing["Type"]) =>
  Effect.flatMap(keys.check(Redacted.make(key.trim())), (caller) => keys.session(caller, "london", 600))

const idIn = (key: string): string => key.split("_")[1] ?? ""

const decodeList = Schema.decodeUnknownSync(Schema.parseJson(schemas.KeyList))
const decodeAudit = Schema.decodeUnknownSync(Schema.parseJson(schemas.AuditLog))

const asked = ["--name", "collector", "--scope", "ingest,read", "--account", "london,paris", "--expires", "90d"]

describe("on a folder", () => {
  it("create prints a key that opens, alone on stdout, and what it may do, without its secret, on stderr", async () => {
    const data = join(folder(), "new")
    const { status, stderr, stdout } = await run(["create", "--data", data, ...asked])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^dwell_\w{16}_\w{64}\n$/)
    expect(stderr).toContain(`${idIn(stdout)}: collector (ingest, read) for london, paris, until `)
    expect(stderr).not.toContain(stdout.trim().split("_")[2])
    expect(await check(data, stdout)).toMatchObject({ right: { name: "collector", accounts: ["london", "paris"] } })
    expect(statSync(join(data, "keys.sqlite")).mode & 0o777).toBe(0o600)
    expect(statSync(data).mode & 0o777).toBe(0o700)
  })

  it("--data names the folder, else DWELL_DATA, else it is dwell-api under XDG_DATA_HOME", async () => {
    const [one, other, third] = [folder(), folder(), folder()]
    const given = await run(["create", "--data", third, ...asked], { DWELL_DATA: one, XDG_DATA_HOME: other })
    expect(await check(third, given.stdout)).toMatchObject({ _tag: "Right" })
    const first = await run(["create", ...asked], { DWELL_DATA: one, XDG_DATA_HOME: other })
    const second = await run(["create", ...asked], { XDG_DATA_HOME: other })
    expect(await check(one, first.stdout)).toMatchObject({ _tag: "Right" })
    expect(await check(join(other, "dwell-api"), second.stdout)).toMatchObject({ _tag: "Right" })
  })

  it("rotate and revoke do so, list and audit tell of it", async () => {
    const data = folder()
    const old = await run(["create", "--data", data, ...asked])
    const fresh = await run(["rotate", "--data", data, "--grace", "24h", idIn(old.stdout)])
    expect(await check(data, old.stdout)).toMatchObject({ _tag: "Right" })
    expect(await check(data, fresh.stdout)).toMatchObject({
      right: { name: "collector", accounts: ["london", "paris"] },
    })
    await run(["revoke", "--data", data, idIn(old.stdout)])
    expect(await check(data, old.stdout)).toMatchObject({ left: { reason: "Revoked" } })
    const { keys } = decodeList((await run(["list", "--data", data, "--format", "json"])).stdout)
    expect(keys.map(({ id, replacedBy }) => [id, replacedBy])).toEqual([
      [idIn(old.stdout), idIn(fresh.stdout)],
      [idIn(fresh.stdout), null],
    ])
    const { entries } = decodeAudit((await run(["audit", "--data", data, "--format", "json", "--limit", "2"])).stdout)
    expect(entries.map(({ action, by }) => [action, by])).toEqual([
      ["keys.revoke", "command line"],
      ["keys.rotate", "command line"],
    ])
    const { stdout } = await run(["list", "--data", data])
    const [head, ...lines] = stdout.trimEnd().split("\n")
    expect(head).toMatch(/^Id +Name +Scopes +Accounts +Created +Expires +State$/)
    expect(lines.map((line) => /(active|revoked) ?\S*$/.exec(line)?.[1])).toEqual(["revoked", "active"])
    expect((await run(["audit", "--data", data])).stdout).toContain("keys.create")
  })

  it("list has the sessions of browsers only if asked for", async () => {
    const data = folder()
    const { stdout } = await run(["create", "--data", data, ...asked])
    await ring(data, startSession(stdout))
    const plain = decodeList((await run(["list", "--data", data, "--format", "json"])).stdout)
    const all = decodeList((await run(["list", "--data", data, "--format", "json", "--sessions"])).stdout)
    expect(plain.keys.map(({ sessionOf }) => sessionOf)).toEqual([null])
    expect(all.keys.map(({ sessionOf }) => sessionOf)).toEqual([null, idIn(stdout)])
  })

  it.each([
    ["--scope", ["create", "--name", "a", "--account", "*", "--scope", "write"]],
    ["--account", ["create", "--name", "a", "--account", "a/b"]],
    ["--account", ["create", "--name", "a", "--account", "london", "--scope", "admin"]],
    ["--name", ["create", "--name", "", "--account", "*"]],
    ["--expires", ["create", "--name", "a", "--account", "*", "--expires", "soon"]],
    ["--expires", ["create", "--name", "a", "--account", "*", "--expires", "2001-01-01"]],
    ["--grace", ["rotate", "--grace", "40d", "0000"]],
    ["--limit", ["audit", "--limit", "0"]],
    ["--url", ["list", "--url", "http://dwell.example.com"]],
    ["--data and --url", ["list", "--data", "x", "--url", "https://dwell.example.com"]],
  ])("%s is refused where it makes no sense: %j", async (option, line) => {
    const { stderr, stdout } = await run(line, { XDG_DATA_HOME: folder() })
    expect(stderr).toMatch(new RegExp(`^Usage: ${option}: .*\\.\n$`))
    expect(stdout).toBe("")
  })

  it.each(["revoke", "rotate"])("%s of a key that there is not is said so", async (command) => {
    const { stderr } = await run([command, "--data", folder(), "0000"])
    expect(stderr).toBe('Fixable: There is no key "0000". The list of keys has their ids.\n')
  })
})

describe("of a deployed API", () => {
  const data = folder()
  const runtime = ManagedRuntime.make(Layer.provide(file.layer(data), NodeContext.layer))
  let server: Server
  let url = ""
  let admin = ""

  /** The routes, as small as they can be. */
  const routed = (request: IncomingMessage, body: string) =>
    Effect.gen(function* () {
      const keys = yield* KeyRing
      const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost")
      const caller = yield* keys.check(Redacted.make(request.headers.authorization?.slice("Bearer ".length) ?? ""))
      const [, , , id = "", verb] = pathname.split("/")
      const route = `${request.method} ${pathname.replace(id, id === "" ? "" : "ID")}`
      if (!has(caller, "admin")) return [403, { detail: "This key is not an admin's." }] as const
      if (route === "GET /v1/keys") {
        return [
          200,
          yield* Schema.encode(schemas.KeyList)({ keys: yield* keys.list({ sessions: searchParams.has("sessions") }) }),
        ] as const
      }
      if (route === "POST /v1/keys") {
        const wanted = yield* Schema.decode(Schema.parseJson(schemas.NewKey))(body)
        return [201, yield* Schema.encode(schemas.IssuedKey)(yield* keys.create(wanted, caller.key))] as const
      }
      if (verb === "rotate") {
        const rotation = yield* Schema.decode(Schema.parseJson(schemas.Rotation))(body)
        return [201, yield* Schema.encode(schemas.IssuedKey)(yield* keys.rotate(id, caller.key, rotation))] as const
      }
      if (route === "DELETE /v1/keys/ID") return [200, yield* keys.revoke(id, caller.key)] as const
      return [200, { entries: yield* keys.audit(Number(searchParams.get("limit"))) }] as const
    }).pipe(Effect.catchAll(({ message }) => Effect.succeed([409, { detail: message }] as const)))

  beforeAll(async () => {
    const root: schemas.NewKey = { name: "root", scopes: ["admin"], accounts: "*", expiresAt: null }
    admin = await runtime.runPromise(
      Effect.flatMap(KeyRing, ({ create }) => Effect.map(create(root, "test"), ({ key }) => Redacted.value(key))),
    )
    server = createServer((request, response) => {
      void text(request)
        .then((body) => runtime.runPromise(routed(request, body)))
        .then(([status, body]) => response.writeHead(status).end(JSON.stringify(body)))
    })
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    url = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : ""
  })
  afterAll(async () => {
    server.close()
    await runtime.dispose()
  })

  it("the commands do there what they do here, in the name of the admin's key", async () => {
    const env = { DWELL_ADMIN_KEY: admin }
    const old = await run(["create", "--url", url, ...asked], env)
    expect(old.stdout).toMatch(/^dwell_\w{16}_\w{64}\n$/)
    const fresh = await run(["rotate", "--url", url, idIn(old.stdout)], env)
    await ring(data, startSession(fresh.stdout))
    await run(["revoke", "--url", url, idIn(fresh.stdout)], env)
    const plain = decodeList((await run(["list", "--url", url, "--format", "json"], env)).stdout)
    expect(plain.keys).toHaveLength(3)
    const { keys } = decodeList((await run(["list", "--url", url, "--sessions", "--format", "json"], env)).stdout)
    expect(keys.map(({ id, revokedAt }) => [id, revokedAt !== null])).toEqual([
      [idIn(admin), false],
      [idIn(old.stdout), false],
      [idIn(fresh.stdout), true],
      [expect.any(String), false],
    ])
    const { entries } = decodeAudit((await run(["audit", "--url", url, "--format", "json"], env)).stdout)
    expect(entries.slice(0, 3).map(({ action, by }) => [action, by])).toEqual([
      ["keys.revoke", idIn(admin)],
      ["keys.rotate", idIn(admin)],
      ["keys.create", idIn(admin)],
    ])
    expect(await run(["revoke", "--url", url, "0000"], env)).toMatchObject({
      stderr: `Fixable: ${url}/: There is no key "0000". The list of keys has their ids.\n`,
    })
  })

  it("nothing is asked without the key of an admin, and it is not taken from the command line", async () => {
    expect((await run(["list", "--url", url])).stderr).toMatch(/^Fixable: DWELL_ADMIN_KEY is not set\./)
    const writer = await run(["create", "--url", url, ...asked], { DWELL_ADMIN_KEY: admin })
    const { stderr } = await run(["list", "--url", url], { DWELL_ADMIN_KEY: writer.stdout.trim() })
    expect(stderr).toBe(
      `Fixable: ${url}/: This key is not an admin's. DWELL_ADMIN_KEY has to be the key of an admin.\n`,
    )
  })

  it("an API that is not there, or is none, is said to be so, and a redirect does not get the key", async () => {
    const keysSent: Array<string | undefined> = []
    const elsewhere = createServer((request, response) => {
      keysSent.push(request.headers.authorization)
      response.end("{}")
    }).listen(0, "127.0.0.1")
    await once(elsewhere, "listening")
    const address = elsewhere.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    const pointing = createServer((_, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end()
    }).listen(0, "127.0.0.1")
    await once(pointing, "listening")
    const from = pointing.address()
    const fromPort = typeof from === "object" && from !== null ? from.port : 0
    const env = { DWELL_ADMIN_KEY: admin }
    const redirected = await run(["list", "--url", `http://127.0.0.1:${fromPort}`], env)
    expect(keysSent).toEqual([])
    const strange = await run(["list", "--url", `http://127.0.0.1:${port}`], env)
    const gone = await run(["list", "--url", "http://127.0.0.1:1"], env)
    elsewhere.close()
    pointing.close()
    for (const { stderr } of [redirected, strange, gone]) {
      expect(stderr).toMatch(/^ApiUnavailable: http:\/\/127\.0\.0\.1:\d+\/ .*\. Check --url, or try again later\.\n$/)
      expect(stderr).not.toContain(admin)
    }
  })
})
