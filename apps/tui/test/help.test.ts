// Shows that help can be found, fits, and tells the truth: its examples name commands and options that there are.
import { dwell, output } from "./runner.ts"
import { executeCommand } from "@dwell/testing/programs"
import { file } from "@dwell/testing/scratch"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { onScreen } from "./terminal.ts"

const commands = [
  "screen",
  "report",
  "intervals",
  "sessions",
  "staffing",
  "at",
  "tail",
  "sync",
  "store",
  "events",
  "export",
  "sql",
  "login",
  "accounts",
  "doctor",
  "demo",
  "emulator",
]

/** Commands of a command. */
const subcommands = ["store prune"]

/** The lines of a section of help, up to the next. */
const sectionOf = (help: string, title: string): ReadonlyArray<string> => {
  const lines = help.split("\n")
  const begin = lines.indexOf(title) + 1
  const end = lines.indexOf("", begin)
  return begin === 0 ? [] : lines.slice(begin, end < 0 ? lines.length : end)
}

/** What stands before explanations. */
const termsOf = (help: string, title: string): ReadonlyArray<string> =>
  sectionOf(help, title)
    .filter((line) => /^ {2}\S/.test(line))
    .map((line) => line.trim())

/** The words of a command line. */
const words = (line: string): ReadonlyArray<string> => line.split(" ").filter((word) => word !== "")

const helpOf = new Map<string, Promise<string>>()

/** What `dwell COMMAND --help` prints; asked once. */
const help = (command: string): Promise<string> => {
  const known = helpOf.get(command) ?? output([...words(command), "--help"])
  helpOf.set(command, known)
  return known
}

/** Each option of a command, with the words it takes where it takes only those. */
const optionsOf = async (command: string): Promise<ReadonlyMap<string, ReadonlyArray<string> | undefined>> =>
  new Map(
    termsOf(await help(command), "Options").map((term) => {
      const [option = "", values = ""] = term.split(/ (.*)/s)
      return [option, values.includes(" | ") ? values.split(" | ") : undefined]
    }),
  )

describe("--help", () => {
  it("is what dwell alone prints where there is no terminal, which it says", async () => {
    const { status, stderr, stdout: text } = await dwell([])
    expect(status).toBe(0)
    expect(stderr).toMatch(/^The screens need a terminal/)
    expect(text).toBe(await help(""))
    expect(text).toBe(await output(["-h"]))
    // `store prune` is one of store's.
    const listed = new Set(termsOf(text, "Commands").map((term) => term.split(" ")[0]))
    expect([...listed]).toStrictEqual(commands)
  })

  it.each(["", ...commands, ...subcommands])("has examples that can be run: dwell %s", async (command) => {
    const examples = termsOf(await help(command), "Examples")
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) {
      const [program, ...line] = words(example.replace(/ [|>] .*$/, ""))
      expect(program).toBe("dwell")
      // Without a command it is the screens that open.
      const first = line[0] === undefined || line[0].startsWith("--") ? "screen" : line[0]
      const named = subcommands.find((each) => example.startsWith(`dwell ${each} `)) ?? first
      expect(command === "" ? commands : [command, ...subcommands]).toContain(named)
      const options = await optionsOf(named)
      for (const [index, word] of line.entries()) {
        if (!word.startsWith("--")) continue
        const value = line[index + 1] ?? ""
        expect([...options.keys()], example).toContain(word)
        expect(options.get(word) ?? [value], example).toContain(value)
      }
    }
  })

  it.each(["", ...commands, ...subcommands])("fits in 100 columns, and in a terminal: dwell %s", async (command) => {
    for (const line of (await help(command)).split("\n")) expect(line.length).toBeLessThanOrEqual(100)
    const screen = await onScreen([...words(command), "--help"], { columns: 80 })
    expect(screen.status).toBe(0)
    expect(screen.isWrapped, screen.lines.join("\n")).toBe(false)
  })

  it("reads as help.txt does", async () => {
    const pages = await Promise.all(
      [
        "",
        ...commands.flatMap((command) => [command, ...subcommands.filter((each) => each.startsWith(`${command} `))]),
      ].map(async (command) => `$ ${["dwell", ...words(command), "--help"].join(" ")}\n\n${await help(command)}`),
    )
    await expect(pages.join("\n\n")).toMatchFileSnapshot("help.txt")
  })

  it("names every exit code", async () => {
    expect(await help("")).toMatch(/Exit codes: 0 .* 1 .* 2 .* 3 .* 70 /s)
  })

  it("shows every rate's formula with report", async () => {
    const lines = sectionOf(await help("report"), "Definitions")
    expect(lines).toHaveLength(5)
    for (const line of lines) expect(line).toMatch(/^[a-z ]+ = .+ \/ .+$/)
  })
})

describe("what the parser says", () => {
  it("is parted where it is more than one thing", async () => {
    const { status, stderr } = await dwell(["sql"])
    expect({ status, stderr }).toStrictEqual({
      status: 2,
      stderr: "Expected to find option: '--from'. Expected to find option: '--to'. See `dwell sql --help`.\n",
    })
  })

  it("is not in help where it says nothing", async () => {
    for (const command of commands)
      expect((await help(command)).replaceAll(/\s+/g, " ")).not.toMatch(/this option (may|is)/i)
  })
})

describe("--version", () => {
  it("is the package's", async () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
    expect(manifest).toHaveProperty("version", (await output(["--version"])).trimEnd())
    expect(await output(["report", "--version"])).toMatch(/^\d+\.\d+\.\d+\s+$/)
  })
})

describe("--completions", () => {
  const has = async (program: string) => (await executeCommand("bash", ["-c", `command -v ${program}`])).status === 0

  it.each([
    ["bash", "-n"],
    ["zsh", "-n"],
    ["fish", "--no-execute"],
  ])("are a script that %s takes", async (shell, check) => {
    const script = await output(["--completions", shell])
    for (const command of commands) expect(script).toContain(command)
    expect(script).toContain("--bucket".slice(shell === "fish" ? 2 : 0))
    if (!(await has(shell))) return
    const { status, stderr } = await executeCommand(shell, [check, file(`dwell.${shell}`, script)])
    expect({ status, stderr }).toStrictEqual({ status: 0, stderr: "" })
  })

  it("in bash offer commands and options", async () => {
    const script = file("dwell.bash", await output(["--completions", "bash"]))
    const offered = async (...typed: ReadonlyArray<string>) => {
      const line = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); $(complete -p dwell | sed 's/.*-F \\([^ ]*\\).*/\\1/') dwell "\${@: -1}"; printf '%s\\n' "\${COMPREPLY[@]}"`
      return (await executeCommand("bash", ["-c", line, script, ...typed])).stdout.split("\n")
    }
    expect(await offered("dwell", "sta")).toContain("staffing")
    expect(await offered("dwell", "report", "--b")).toContain("--bucket")
  })

  it("are not there for another shell", async () => {
    const { status, stderr, stdout } = await dwell(["--completions", "tcsh"])
    expect({ status, stdout }).toStrictEqual({ status: 2, stdout: "" })
    expect(stderr).toMatch(/^"--completions tcsh" is not understood; .*See `dwell --help`\.\n$/)
  })
})

describe("help by another way", () => {
  it("is what --help says: dwell help, dwell help report", async () => {
    expect(await output(["help"])).toBe(await output(["--help"]))
    expect(await output(["help", "report"])).toBe(await output(["report", "--help"]))
  })

  it("is refused of a command there is not", async () => {
    for (const args of [
      ["nosuch", "--help"],
      ["help", "nosuch"],
    ]) {
      const { status, stderr, stdout } = await dwell(args)
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" })
      expect(stderr).toContain('"nosuch" is not a command')
    }
  })
})
