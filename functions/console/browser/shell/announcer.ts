/** What a screen reader is told that others see: one polite live region for the whole page. */

const REGION = 'announcements'

/** Says `text` once, when nothing more urgent is being said. */
export function announce(text: string): void {
  const region = document.getElementById(REGION)
  // The same words again would not be spoken.
  if (region) region.textContent = region.textContent === text ? `${text}\u00a0` : text
}
