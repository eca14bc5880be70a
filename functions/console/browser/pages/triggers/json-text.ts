/** JSON that people type. */

export type JsonText =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: string }

export function jsonIn(text: string): JsonText {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    return { ok: false, fault: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
}
