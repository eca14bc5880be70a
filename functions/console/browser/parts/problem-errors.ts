/** What a problem document says of single members, for the fields that show them. */
import type { Problem } from '../api/client.ts'

/** By JSON pointer. */
export function errorsOf(problem: Problem | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((problem?.errors ?? []).map(({ pointer, detail }) => [pointer, detail]))
}

/** The error of a member, or of anything below it. */
export function errorAt(errors: Readonly<Record<string, string>>, pointer: string): string | undefined {
  const found = Object.keys(errors).find((each) => each === pointer || each.startsWith(`${pointer}/`))
  return found === undefined ? undefined : errors[found]
}
