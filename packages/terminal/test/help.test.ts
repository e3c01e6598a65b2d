import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { help, parseErrorMessage, page, type Program } from "../src/help.ts"

const config = CliConfig.make({ showBuiltIns: false })

const brew = Command.make(
  "brew",
  {
    cups: Options.integer("cups").pipe(
      Options.withPseudoName("N"),
      Options.withDescription("How many cups. Default: 1"),
      Options.withDefault(1),
    ),
  },
  () => Effect.void,
).pipe(
  Command.withDescription(
    help("Brews tea. It takes a while.", [["tea brew --cups 2", "for two"]], ["strength = leaves / cup"]),
  ),
)

const program: Program = {
  name: "tea",
  about: help("Makes tea.", [["tea brew", "a cup"]]),
  commands: new Map([
    ["brew", Command.getHelp(brew, config)],
    ["pots list", Command.getHelp(brew, config)],
  ]),
  notes: ["tea COMMAND --help says more."],
}

const style = { width: 80, colour: false, pictures: false }

describe("help", () => {
  it("of a program lists its commands, each with its first sentence", () => {
    const text = page(program, [], style).join("\n")
    expect(text).toBe(
      [
        "Usage  tea COMMAND [options]",
        "",
        "Makes tea.",
        "",
        "Examples",
        "  tea brew",
        "      a cup",
        "",
        "Commands",
        "  brew       Brews tea.",
        "  pots list  Brews tea.",
        "",
        "tea COMMAND --help says more.",
      ].join("\n"),
    )
  })

  it("of a command says what it does, how, and with which options", () => {
    const text = page(program, ["pots", "list", "--help"], style).join("\n")
    expect(text).toBe(
      [
        "Usage  tea pots list [options]",
        "",
        "Brews tea. It takes a while.",
        "",
        "Examples",
        "  tea brew --cups 2",
        "      for two",
        "",
        "Definitions",
        "strength = leaves / cup",
        "",
        "Options",
        "  --cups N",
        "      How many cups. Default: 1",
      ].join("\n"),
    )
  })

  it("fits a terminal that is narrow", () => {
    const lines = ["brew", ""].flatMap((command) => page(program, [command], { ...style, width: 40 }))
    expect(lines.filter((line) => line.length > 40)).toEqual([])
  })
})

describe("what is said of a command line that can't be understood", () => {
  const said = (args: ReadonlyArray<string>) => parseErrorMessage(program, help("Nonsense", [["a", "b"]]), args)

  it("names a command that there is not, and those there are", () => {
    expect(said(["boil"])).toBe('"boil" is not a command; the commands are brew, pots list. See `tea --help`.')
    expect(said(["pots", "smash"])).toContain('"pots smash" is not a command')
    expect(said(["--boil"])).toContain('"--boil" is not understood')
  })
})
