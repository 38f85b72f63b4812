import type { Donation, Failed, Finding, ItemState, LightReason, Reason, Refused, Rule } from "./protocol.gen";
import { fill, type Language } from "./words";

const LONGEST_DETAIL = 40;

type Both = readonly [id: string, en: string];

const REASONS: Readonly<Record<Reason, Both>> = {
  already_over: [
    "Alert itu sudah selesai. Yang berikutnya tidak ikut dilewati.",
    "That one is over already. The next one was not skipped.",
  ],
  nothing_plays: ["Tidak ada yang sedang tampil.", "Nothing is playing."],
  cannot_skip: [
    "Hanya yang tampil atau menunggu yang bisa dilewati. Donasi ini {state}.",
    "Only what plays or waits can be skipped. This one {state}.",
  ],
  cannot_undo: [
    "Hanya yang dilewati yang bisa kembali. Donasi ini {state}.",
    "Only what was skipped can come back. This one {state}.",
  ],
  cannot_replay: ["Belum bisa diputar ulang. Donasi ini {state}.", "It cannot be replayed yet. This one {state}."],
  cannot_retry: [
    "Hanya yang gagal tampil yang bisa dicoba lagi. Donasi ini {state}.",
    "Only what could not play can be tried again. This one {state}.",
  ],
  cannot_decide: ["Sudah diputuskan. Donasi ini {state}.", "That was decided already. This one {state}."],
  was_refunded: [
    "Donasi ini sudah dikembalikan ke pendonasi dan tidak tampil.",
    "This donation was refunded and is not shown.",
  ],
  done_before: [
    "Sudah dijalankan sebelumnya. Tidak ada yang berubah lagi.",
    "That was done before. Nothing more was changed.",
  ],
  unknown_donation: ["Donasi itu tidak ditemukan.", "There is no such donation."],
  no_skip_to_undo: ["Tidak ada yang bisa dikembalikan.", "There is nothing to bring back."],
  nothing_missed: ["Tidak ada yang terlewat.", "Nothing was missed."],
  no_page: ["Belum ada halaman overlay yang terbuka.", "No overlay page is open."],
  cannot_hold: [
    "Hanya yang menunggu yang bisa ditahan. Donasi ini {state}.",
    "Only what waits can be held. This one {state}.",
  ],
  cannot_approve: [
    "Hanya yang ditahan yang bisa disetujui. Donasi ini {state}.",
    "Only what is held can be approved. This one {state}.",
  ],
  cannot_reject: [
    "Hanya yang ditahan yang bisa ditolak. Donasi ini {state}.",
    "Only what is held can be rejected. This one {state}.",
  ],
  cannot_move: [
    "Hanya yang menunggu yang bisa dipindah. Donasi ini {state}.",
    "Only what waits can be moved. This one {state}.",
  ],
  somebody_was_faster: ["Sudah {did} oleh {actor}.", "Already {did} by {actor}."],
  donor_blocked: ["Pendonasi ini diblokir.", "This donor is blocked."],
  donor_not_blocked: ["Pendonasi itu tidak diblokir.", "That donor is not blocked."],
  nothing_waits: ["Tidak ada yang menunggu.", "Nothing waits."],
  on_air_already: ["Overlay sedang tayang.", "The overlay is on air."],
  paused_already: ["Antrean sudah dijeda.", "The queue is paused already."],
  not_paused: ["Antrean tidak sedang dijeda.", "The queue is not paused."],
  muted_already: ["Sudah dibisukan.", "That is muted already."],
  not_muted: ["Tidak sedang dibisukan.", "That is not muted."],
  panic_already: ["Mode panik sudah menyala.", "Panic is on already."],
  in_panic: ["Mode panik sedang menyala. Lepas dulu.", "Panic is on. End it first."],
  not_in_panic: ["Mode panik tidak sedang menyala.", "There is no panic."],
  right_missing: [
    "Kunci ini tidak boleh melakukannya. Minta hak itu kepada streamer.",
    "This key may not do that. Ask the streamer for the right.",
  ],
  held_elsewhere: ["Antrean ini dijalankan di komputer lain.", "This queue is run on another computer."],
  held_here: ["Antrean sudah dijalankan di sini.", "The queue is run here already."],
  starting: ["Aplikasi streamer masih memulai. Coba sebentar lagi.", "The studio is still starting. Try in a moment."],
  database_away: [
    "Database tidak menjawab. Coba sebentar lagi, tidak ada yang hilang.",
    "The database does not answer. Try in a moment, nothing is lost.",
  ],
  queue_away: [
    "Antrean sedang dibangun ulang. Coba sebentar lagi, tidak ada yang hilang.",
    "The queue is being rebuilt. Try in a moment, nothing is lost.",
  ],
  studio_ended: ["Aplikasi streamer sudah ditutup.", "The studio has ended."],
};

const UNKNOWN: Both = [
  "Tidak bisa sekarang. Tidak ada yang berubah, coba sebentar lagi.",
  "Not possible now. Nothing was changed, try again in a moment.",
];

const STATES: Readonly<Record<ItemState, Both>> = {
  waiting: ["menunggu", "waits"],
  playing: ["sedang tampil", "is playing"],
  held: ["ditahan", "is held"],
  played: ["sudah tampil", "was played"],
  skipped: ["sudah dilewati", "was skipped"],
  unplayable: ["gagal tampil", "could not play"],
  withdrawn: ["ditarik", "was withdrawn"],
  missed: ["terlewat", "was missed"],
  history: ["sudah menjadi riwayat", "is history"],
};

const DEEDS: Readonly<Record<string, Both>> = {
  skipped: ["dilewati", "skipped"],
  unskipped: ["dikembalikan", "brought back"],
  replayed: ["diputar ulang", "replayed"],
  held: ["ditahan", "held"],
  approved: ["disetujui", "approved"],
  rejected: ["ditolak", "rejected"],
  moved: ["dipindah", "moved"],
  queued: ["dimasukkan antrean", "queued"],
  dismissed: ["dijadikan riwayat", "put aside"],
  withdrawn: ["ditarik", "withdrawn"],
  retried: ["dicoba lagi", "tried again"],
  played: ["ditampilkan", "played"],
  interrupted: ["dihentikan", "stopped"],
};

/** Who does things without a name of their own. */
const ACTORS: Readonly<Record<string, Both>> = {
  window: ["streamer", "the streamer"],
  cli: ["streamer", "the streamer"],
  rules: ["aturan", "the rules"],
  dispatcher: ["aplikasinya", "the studio"],
};

const RULES: Readonly<Record<Rule, Both>> = {
  below_minimum: ["di bawah minimum", "below the minimum"],
  below_message_minimum: ["terlalu kecil untuk pesan", "too small for a message"],
  below_media_minimum: ["terlalu kecil untuk video", "too small for a video"],
  blocked_donor: ["pendonasi diblokir", "donor is blocked"],
  blocked_word: ["kata terlarang", "blocked word"],
  link: ["tautan", "link"],
  too_long: ["terlalu panjang", "too long"],
  media: ["ada video", "has a video"],
  approval: ["perlu persetujuan", "needs approval"],
  first_timer: ["donasi pertamanya", "first donation"],
  at_least: ["jumlah besar", "a large amount"],
  less_than: ["jumlah kecil", "a small amount"],
  panic: ["ditahan saat panik", "held by a panic"],
};

const LIGHTS: Readonly<Record<LightReason, Both>> = {
  ready: ["siap", "ready"],
  starting: ["memulai", "starting"],
  creating_database: ["menyiapkan database", "preparing the database"],
  database_unreachable: ["database tidak terhubung", "the database does not answer"],
  database_full: ["database penuh", "the database is full"],
  schema_unusable: ["database tidak cocok", "the database does not fit"],
  queue_unreachable: ["antrean tidak terhubung", "the queue does not answer"],
  queue_rebuilding: ["antrean dibangun ulang", "the queue is being rebuilt"],
  held_elsewhere: ["antrean dijalankan di komputer lain", "the queue is run on another computer"],
  no_page: ["belum ada halaman overlay, donasi menunggu", "no overlay page is open, donations wait"],
  source_inactive: ["sumber overlay tidak sedang siaran, donasi menunggu", "the overlay is not on air, donations wait"],
  page_silent: ["overlay tidak menjawab", "the overlay does not answer"],
  page_frozen: ["gambar overlay beku", "the overlay's picture is frozen"],
  port_changed: ["alamat overlay berubah", "the overlay's address has changed"],
  port_unavailable: ["overlay tidak bisa dibuka", "the overlay cannot be opened"],
};

function said(both: Both, language: Language): string {
  return both[language === "id" ? 0 : 1];
}

/** A refusal in words: from its reason, never a code. A reason that only a newer studio knows is said generally. */
export function refusal(message: Refused | Failed, language: Language): string {
  const facts = message.type === "refused" ? (message.facts ?? {}) : {};
  const both = message.reason == null ? undefined : REASONS[message.reason];
  if (both === undefined) {
    return said(UNKNOWN, language);
  }
  const state = STATES[facts["state"] as ItemState];
  const did = DEEDS[facts["did"] ?? ""];
  const actor = facts["actor"] ?? "";
  return fill(said(both, language), {
    state: state === undefined ? "" : said(state, language),
    did: did === undefined ? said(["diputuskan", "decided"], language) : said(did, language),
    actor: ACTORS[actor] === undefined ? actor : said(ACTORS[actor], language),
  });
}

export function lightSaid(reason: LightReason, language: Language): string {
  const both = LIGHTS[reason];
  return both === undefined ? "" : said(both, language);
}

/** What the rules found, the one that holds it first; each rule once. */
export function findingsSaid(donation: Donation, language: Language): string[] {
  const found: Finding[] = [...donation.findings];
  if (donation.reason !== null && !found.some((finding) => finding.rule === donation.reason)) {
    found.unshift({ rule: donation.reason });
  }
  const lines = found.map((finding) => {
    const rule = RULES[finding.rule] === undefined ? "" : said(RULES[finding.rule], language);
    const detail = finding.detail ?? "";
    return detail === ""
      ? rule
      : `${rule}: ${detail.length > LONGEST_DETAIL ? `${detail.slice(0, LONGEST_DETAIL)}…` : detail}`;
  });
  return [...new Set(lines)].filter((line) => line !== "");
}
