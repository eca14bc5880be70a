/** Line icons of one weight, drawn on a grid of 16; decoration only, so that text always stands beside or instead. */

const PATHS = {
  fleet: 'M2 13V9M6 13V5M10 13V7M14 13V3',
  euicc: 'M4 2h6l3 3v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1zM5.5 7.5h5v4h-5zM8 7.5v4',
  operations: 'M2 4h8M2 8h12M2 12h6M12.5 2.5 14 4l-1.5 1.5',
  compose: 'M8 3v10M3 8h10',
  decode: 'M5 4 1.5 8 5 12M11 4l3.5 4L11 12M9 3 7 13',
  campaigns: 'M3 14V2.5M3 3h9l-2 3 2 3H3',
  triggers: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
  webhooks: 'M2 8h9M8 4.5 11.5 8 8 11.5M14 3v10',
  keys: 'M10.5 9.5a4 4 0 1 0-3.6-2.2L2 12.2V14h2v-1.5h1.5V11H7l.9-.9a4 4 0 0 0 2.6-.6zM11 5h.01',
  audit: 'M4 2h8v12l-2-1.3L8 14l-2-1.3L4 14zM6 5.5h4M6 8.5h4',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.6 10.6 14 14',
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  warning: 'M8 2 14.5 13.5h-13zM8 6.5v3.5M8 12v.01',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.2l2 1.3',
  copy: 'M6 5.5h7v8H6zM3 10.5v-8h7',
  next: 'M6 3.5 10.5 8 6 12.5',
  first: 'M10 3.5 5.5 8 10 12.5',
  menu: 'M2 4h12M2 8h12M2 12h12',
  out: 'M6 14H3V2h3M7 8h7M11 4.5 14.5 8 11 11.5',
  light:
    'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  dark: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  shield: 'M8 1.5 13.5 3.5v4c0 3.5-2.5 6-5.5 7-3-1-5.5-3.5-5.5-7v-4z',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}

/** The contact pad of a SIM: our mark. */
export function ContactPad() {
  return (
    <svg class="contact-pad" viewBox="0 0 28 22" width="28" height="22" aria-hidden="true" focusable="false">
      <rect x="1" y="1" width="26" height="20" rx="4" />
      <path d="M1 8h8M1 14h8M19 8h8M19 14h8M9 1v20M19 1v20M9 11h10" />
    </svg>
  )
}
