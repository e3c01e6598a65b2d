// A line that is typed.
import { expect, it } from "vitest"
import * as Input from "../../../src/screen/components/input.ts"

const typed = (...keys: ReadonlyArray<string>): Input.Input =>
  keys.reduce((input, key) => Input.onKey(input, key) ?? input, Input.empty)

it.each([
  { keys: ["a", "b"], text: "ab", at: 2 },
  { keys: ["a", "b", "left", "c"], text: "acb", at: 2 },
  { keys: ["a", "b", "home", "c"], text: "cab", at: 1 },
  { keys: ["a", "b", "backspace"], text: "a", at: 1 },
  { keys: ["backspace", "left", "delete"], text: "", at: 0 },
  { keys: ["a", "b", "home", "delete"], text: "b", at: 0 },
  { keys: ["a", "b", "home", "end", "c"], text: "abc", at: 3 },
  { keys: ["a", "b", "left", "ctrl-u"], text: "b", at: 0 },
  { keys: ["a", " ", "b", "c", "ctrl-w"], text: "a ", at: 2 },
  // An accent of its own and a family are one character each.
  { keys: ["é", "👨‍👩‍👧", "backspace"], text: "é", at: 1 },
  { keys: ["a", "enter", "pagedown"], text: "a", at: 1 },
])("$keys", ({ at, keys, text }) => {
  expect(typed(...keys)).toStrictEqual({ text, at })
})

it("what is pasted loses its control characters", () => {
  expect(Input.insert(Input.of("ab"), "1\n2\u001b[31m").text).toBe("ab12[31m")
})
