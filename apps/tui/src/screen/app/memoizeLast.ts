/**
 * Stores the last result of a function whose arguments seldom change, and returns it if they are the same again.
 *
 * Shape    arguments are the same if they are identical
 */
export const memoizeLast = <Args extends ReadonlyArray<unknown>, Result>(
  make: (...args: Args) => Result,
): ((...args: Args) => Result) => {
  let last: { readonly args: Args; readonly result: Result } | undefined
  return (...args) => {
    const known = last
    if (known !== undefined && args.every((arg, index) => arg === known.args[index])) return known.result
    const result = make(...args)
    last = { args, result }
    return result
  }
}
