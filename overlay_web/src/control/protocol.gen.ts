// Made by packaging/generate_protocol_types.py from streamer_app/core/control_page.py. Do not edit.

export const PING_INTERVAL_SECONDS = 5;
export const UNANSWERED_PINGS = 3;

/** Why the server closed a control page's socket. */
export const ControlClose = {
  NOT_RESUMED: 4101,
  BAD_MESSAGE: 4102,
  SLOW_CLIENT: 4103,
  KEY_REVOKED: 4104,
  STUDIO_STOPPING: 4105,
  TOO_MANY_COMMANDS: 4106,
} as const;

/** First message on every socket: whose key this is. A page of another build reloads itself once. */
export interface Hello {
  readonly type: "hello";
  readonly name: string;
  readonly rights: readonly Right[];
  readonly version: string;
  readonly asset_version: string;
  readonly revision: number;
  readonly now: string;
}

/** What a key may be given. Every key sees the queue. */
export type Right = "money" | "panic" | "rules" | "steer";

/** All that is to be seen. `mark` names what it says: the same mark is the same picture, whoever made it. */
export interface Picture {
  readonly type: "picture";
  readonly mark: string;
  readonly picture: ControlPicture;
}

/** All that the page shows. Lists are cut at `LISTED`; the counts are exact. */
export interface ControlPicture {
  readonly revision: number;
  readonly ready: boolean;
  readonly playing: OnStage | null;
  readonly waiting: readonly Donation[];
  readonly waiting_count: number;
  readonly held: readonly Donation[];
  readonly held_count: number;
  readonly failed: readonly Donation[];
  readonly failed_count: number;
  readonly missed_count: number;
  readonly paused: boolean;
  readonly panic: boolean;
  readonly muted: readonly Channel[];
  readonly stale: boolean;
  readonly lights: ShownLights;
  readonly money: boolean;
}

/** What plays. `donation` is None for a test alert; `started_at` until the text is painted. */
export interface OnStage {
  readonly run_id: string;
  readonly donation: Donation | null;
  readonly started_at: string | null;
  readonly offset_ms: number;
  readonly expected_ms: number;
}

/** One donation message. `donor` is replaced for who wants no name; `message` is what was written. */
export interface Donation {
  readonly donation_message_id: string;
  readonly donor: string;
  readonly anonymous: boolean;
  readonly message: string;
  readonly shown_message: string | null;
  readonly shown_donor: string | null;
  readonly state: ItemState;
  readonly paid_at: string;
  readonly reason: Rule | null;
  readonly ruling: Ruling;
  readonly findings: readonly Finding[];
  readonly replay: boolean;
  readonly has_media: boolean;
  readonly amount_text: string | null;
}

/** Where a donation message stands now: a fold over facts and runs, stored nowhere as such. */
export type ItemState = "held" | "history" | "missed" | "played" | "playing" | "skipped" | "unplayable" | "waiting" | "withdrawn";

/** Which rule said so; the window has a sentence for each in both languages. */
export type Rule = "approval" | "at_least" | "below_media_minimum" | "below_message_minimum" | "below_minimum" | "blocked_donor" | "blocked_word" | "first_timer" | "less_than" | "link" | "media" | "panic" | "too_long";

/** From the mildest to the strictest; the strictest rule that applies decides. */
export type Ruling = "hold" | "mask" | "no_alert" | "play";

/** One rule that applied. `detail`: the word as it was written, the bound; empty where there is none. */
export interface Finding {
  readonly rule: Rule;
  readonly detail?: string;
}

/** What can be muted apart from the rest. */
export type Channel = "alert" | "media" | "speech";

/** Database, queue and overlay. */
export interface ShownLights {
  readonly database: ShownLight;
  readonly queue: ShownLight;
  readonly overlay: ShownLight;
}

/** A light without its detail, which names computers and addresses. */
export interface ShownLight {
  readonly state: LightState;
  readonly reason: LightReason;
}

/** `OK` works; `BUSY` is starting; `ATTENTION` works but wants the streamer; `DOWN` does not work. */
export type LightState = "attention" | "busy" | "down" | "ok";

/** Why a light is as it is; the window has a sentence for each in both languages. */
export type LightReason = "creating_database" | "database_full" | "database_unreachable" | "held_elsewhere" | "no_page" | "page_frozen" | "page_silent" | "port_changed" | "port_unavailable" | "queue_rebuilding" | "queue_unreachable" | "ready" | "schema_unusable" | "source_inactive" | "starting";

/** Done. */
export interface Result {
  readonly type: "result";
  readonly command_id: string;
  readonly revision: number;
  readonly count?: number | null;
  readonly repeated?: boolean;
}

/** Not done, and why; `facts` as `Reason` says. */
export interface Refused {
  readonly type: "refused";
  readonly command_id: string;
  readonly revision: number;
  readonly title: string;
  readonly remedy: string;
  readonly reason?: Reason | null;
  readonly facts?: Readonly<Record<string, string>>;
}

/**
 * Names an error that a window says in its own language; the English words beside it are for terminals and logs.
 *
 * Facts a sentence needs travel beside it: `state` (of an item), `holder` (who has the folder or the lease), `actor`
 * and `did` (who was faster, and what they did), `right` (that a key lacks).
 */
export type Reason = "already_over" | "cannot_approve" | "cannot_decide" | "cannot_hold" | "cannot_move" | "cannot_reject" | "cannot_replay" | "cannot_retry" | "cannot_skip" | "cannot_undo" | "database_away" | "done_before" | "donor_blocked" | "donor_not_blocked" | "held_elsewhere" | "held_here" | "in_panic" | "muted_already" | "no_page" | "no_skip_to_undo" | "not_in_panic" | "not_muted" | "not_paused" | "nothing_missed" | "nothing_plays" | "nothing_waits" | "on_air_already" | "panic_already" | "paused_already" | "queue_away" | "right_missing" | "somebody_was_faster" | "starting" | "studio_ended" | "unknown_donation" | "was_refunded";

/** Not done, and not the command's fault: something is away or starting. */
export interface Failed {
  readonly type: "problem";
  readonly command_id: string;
  readonly title: string;
  readonly remedy: string;
  readonly reason?: Reason | null;
}

/** Lets each side notice that the other is gone. Answered by `pong`. */
export interface Ping {
  readonly type: "ping";
  readonly n: number;
}

/** What the page has, and how it wants to see the rest. `language` is "id" or "en". */
export interface Resume {
  readonly type: "resume";
  readonly mark: string | null;
  readonly language: string;
  readonly money?: boolean;
}

/** The page's switch for amounts. Without the right it changes nothing. */
export interface ShowMoney {
  readonly type: "money";
  readonly shown: boolean;
}

/** A command. The server writes the key's name over its `actor`. */
export interface Order {
  readonly type: "command";
  readonly command: Command;
}

/** An action with its id and its author ("window", "cli", the name of a key). */
export interface Command {
  readonly id: string;
  readonly actor: string;
  readonly action: Skip | SkipCurrent | Undo | Replay | Retry | Hold | Approve | Reject | Move | Pause | ResumeQueue | PlayAnyway | Mute | Unmute | Panic | Release | Clear | AnswerMissed | BlockDonor | UnblockDonor | SetRules | SetOverlay | SetWidget | PinSpeaker | RotateKey | SendTestAlert | TakeOver;
  readonly expected_revision?: number | null;
}

/** Skip what plays (by run id) or what waits (by message id). A late press never hits the next one. */
export interface Skip {
  readonly type: "queue.skip";
  readonly run_id?: string | null;
  readonly donation_message_id?: string | null;
}

/** Skip whatever is on stage when the command arrives: for the CLI, which has seen no picture. */
export interface SkipCurrent {
  readonly type: "queue.skip_current";
}

/** Undo a skip or a rejection: back to its old rank, from the start. None means the latest, a clear as one. */
export interface Undo {
  readonly type: "queue.undo";
  readonly donation_message_id?: string | null;
}

/** Show a played or skipped message again. Counts in no figure. */
export interface Replay {
  readonly type: "queue.replay";
  readonly donation_message_id: string;
  readonly place?: ReplayPlace;
  readonly even_if_blocked?: boolean;
}

/** Where a replay goes: next after the current alert, or behind everything that waits. */
export type ReplayPlace = "end" | "next";

/** Try an unplayable message again, at its old rank. */
export interface Retry {
  readonly type: "queue.retry";
  readonly donation_message_id: string;
}

/** Set a waiting message aside; it keeps its rank. */
export interface Hold {
  readonly type: "queue.hold";
  readonly donation_message_id: string;
}

/** Let a held message wait, at the rank it had: it never jumps the current alert. */
export interface Approve {
  readonly type: "queue.approve";
  readonly donation_message_id: string;
}

/** A held message is not shown. Final for the queue; an undo takes it back. */
export interface Reject {
  readonly type: "queue.reject";
  readonly donation_message_id: string;
}

/** Put a waiting message at a position of what waits, 1 being next; one behind the end is the end. */
export interface Move {
  readonly type: "queue.move";
  readonly donation_message_id: string;
  readonly position?: number;
}

/** Start no further alert; the current one finishes. */
export interface Pause {
  readonly type: "queue.pause";
}

/** Go on after a pause. */
export interface ResumeQueue {
  readonly type: "queue.resume";
}

/** Play although the speaker's source is not on air, until it is or another page speaks. */
export interface PlayAnyway {
  readonly type: "queue.play_anyway";
}

/** Alerts go on without these sounds, the one on stage included; its run is recorded as inaudible. */
export interface Mute {
  readonly type: "queue.mute";
  readonly channels?: readonly Channel[];
}

/** These sounds are heard again. */
export interface Unmute {
  readonly type: "queue.unmute";
  readonly channels?: readonly Channel[];
}

/** Silent and empty within 200 ms; what plays is held, new donations are held, nothing starts. No money moves. */
export interface Panic {
  readonly type: "queue.panic";
}

/** End a panic: the queue goes on, what panic held waits for approval. */
export interface Release {
  readonly type: "queue.release";
}

/** Skip all that waits, as one: one undo brings all of it back. What plays goes on. */
export interface Clear {
  readonly type: "queue.clear";
}

/** Answer "while you were away". `newest` is only read with `MissedChoice.NEWEST`. */
export interface AnswerMissed {
  readonly type: "queue.missed";
  readonly choice: MissedChoice;
  readonly newest?: number;
}

/** What to do with what came in while nobody was there. */
export type MissedChoice = "all" | "newest" | "none";

/** What this message's donor sends from now on makes no alert. By account where it is known, else by name. */
export interface BlockDonor {
  readonly type: "donor.block";
  readonly donation_message_id: string;
}

/** Take a block back. `donor` is the name of the block as it is listed. */
export interface UnblockDonor {
  readonly type: "donor.unblock";
  readonly donor: string;
}

/** From now on these rules are asked at arrival. What waits keeps its verdict unless `ask_again`. */
export interface SetRules {
  readonly type: "rules.set";
  readonly rules: Rules;
  readonly ask_again?: boolean;
}

/** A streamer's rules, as they are stored. The defaults are those of a fresh install. Amounts in whole currency. */
export interface Rules {
  readonly minimum_alert?: number;
  readonly minimum_speech?: number;
  readonly minimum_message?: number;
  readonly minimum_media?: number;
  readonly words?: WhatToDo;
  readonly word_lists?: readonly string[];
  readonly own_words?: readonly string[];
  readonly allowed_words?: readonly string[];
  readonly links?: WhatToDo;
  readonly longest_message?: number;
  readonly too_long?: WhatToDo;
  readonly media?: WhatToDo;
  readonly approve_all?: boolean;
  readonly approve_first_timers?: boolean;
  readonly approve_at_least?: number | null;
  readonly approve_less_than?: number | null;
}

/** What a rule about words, links or length does with a message that breaks it. */
export type WhatToDo = "hold" | "mask" | "nothing";

/** From the next alert on alerts look and sound like this; volumes and style change at once. */
export interface SetOverlay {
  readonly type: "overlay.set";
  readonly settings: OverlaySettings;
}

/** Everything about alerts. */
export interface OverlaySettings {
  readonly theme?: string;
  readonly volume?: number;
  readonly speech_volume?: number;
  readonly media_volume?: number;
  readonly reduced_motion?: boolean;
  readonly variations?: readonly Variation[];
  readonly speech?: SpeechSettings;
  readonly media?: MediaSettings;
  readonly custom_css?: string;
  readonly time_zone?: string;
}

/** How alerts of some donations look and sound. Of those that fit, one is drawn by weight. */
export interface Variation {
  readonly name: string;
  readonly enabled?: boolean;
  readonly at_least?: number;
  readonly less_than?: number | null;
  readonly media?: readonly MediaKind[];
  readonly first_time_only?: boolean;
  readonly weight?: number;
  readonly theme?: string;
  readonly headline?: string;
  readonly message?: string;
  readonly picture?: string;
  readonly picture_place?: PicturePlace;
  readonly sound?: string;
  readonly silent?: boolean;
  readonly volume?: number;
  readonly font?: string;
  readonly accent?: string;
  readonly text?: string;
  readonly plate?: string;
  readonly entrance?: Entrance;
  readonly anchor?: Anchor | null;
  readonly x?: number;
  readonly y?: number;
  readonly scale?: number;
  readonly seconds?: number | null;
}

/** What a donation comes with, as the schema has it. */
export type MediaKind = "NONE" | "TTS" | "YOUTUBE";

/** Where a picture stands by the text. */
export type PicturePlace = "above" | "behind" | "beside";

/** How an alert comes and goes: `theme` is the theme's own way. */
export type Entrance = "fade" | "none" | "pop" | "slide" | "theme";

/** The corner, edge or middle of the canvas that a thing keeps to, whatever the canvas's size. */
export type Anchor = "bottom" | "bottom_left" | "bottom_right" | "centre" | "left" | "right" | "top" | "top_left" | "top_right";

/** How messages are read aloud. From which amount on is a rule (`Rules.minimum_speech`). */
export interface SpeechSettings {
  readonly enabled?: boolean;
  readonly engine?: string;
  readonly voice?: string;
  readonly language?: string;
  readonly speed?: number;
  readonly say_headline?: boolean;
  readonly longest?: number;
  readonly only_tts?: boolean;
  readonly pronunciation?: Readonly<Record<string, string>>;
}

/** Videos. Whether they play, wait for approval or are left out is a rule (`Rules.media`). */
export interface MediaSettings {
  readonly price_per_second?: number;
  readonly most_seconds?: number;
}

/** Make or change a widget; None takes it away. */
export interface SetWidget {
  readonly type: "widget.set";
  readonly name: string;
  readonly settings: GoalSettings | TopDonorsSettings | LatestSettings | TickerSettings | NextUpSettings | MediaNowSettings | TimerSettings | QrSettings | null;
}

/** A sum to be reached. Donations before `start` (at 00:00 in the streamer's zone) do not count. */
export interface GoalSettings {
  readonly type: "goal";
  readonly on_canvas?: boolean;
  readonly place?: Place;
  readonly theme?: string;
  readonly title?: string;
  readonly shape?: GoalShape;
  readonly target?: number;
  readonly start?: string | null;
  readonly raised_elsewhere?: number;
  readonly money?: Money;
  readonly show_left?: boolean;
}

/** A place on the canvas. On a page of its own a widget keeps to anchor and scale, and fills the page's width. */
export interface Place {
  readonly anchor?: Anchor;
  readonly x?: number;
  readonly y?: number;
  readonly scale?: number;
}

/** How a goal is drawn. */
export type GoalShape = "bar" | "ring";

/** Which figure counts: what donors paid, or what reaches the streamer. */
export type Money = "gross" | "net";

/** Who gave most. Anonymous donors are left out. */
export interface TopDonorsSettings {
  readonly type: "top_donors";
  readonly on_canvas?: boolean;
  readonly place?: Place;
  readonly theme?: string;
  readonly title?: string;
  readonly period?: Period;
  readonly rows?: number;
}

/** Since when donations count, in the streamer's time zone: today, since Monday, since the first, ever. */
export type Period = "all" | "day" | "month" | "week";

/** The latest donations. */
export interface LatestSettings {
  readonly type: "latest";
  readonly on_canvas?: boolean;
  readonly place?: Place;
  readonly theme?: string;
  readonly title?: string;
  readonly rows?: number;
  readonly with_message?: boolean;
}

/** A line at the edge that runs through the latest donations. */
export interface TickerSettings {
  readonly type: "ticker";
  readonly on_canvas?: boolean;
  readonly place?: Place;
  readonly theme?: string;
  readonly rows?: number;
  readonly speed?: number;
}

/** What waits. */
export interface NextUpSettings {
  readonly type: "next_up";
  readonly on_canvas?: boolean;
  readonly place?: Place;
  readonly theme?: string;
  readonly title?: string;
  readonly rows?: number;
  readonly with_amount?: boolean;
}

/** The video that plays now. */
export interface MediaNowSettings {
  readonly type: "media_now";
  readonly on_canvas?: boolean;
  readonly place?: Place;
  readonly theme?: string;
}

/** A donathon: donations since `start` add time. Its pauses are kept, and the clock is computed. */
export interface TimerSettings {
  readonly type: "timer";
  readonly on_canvas?: boolean;
  readonly place?: Place;
  readonly theme?: string;
  readonly title?: string;
  readonly start?: string | null;
  readonly initial_minutes?: number;
  readonly amount_per_minute?: number;
  readonly most_minutes?: number | null;
  readonly refunds_take_time_back?: boolean;
  readonly money?: Money;
  readonly paused_at?: string | null;
  readonly paused_ms?: number;
  readonly pauses?: readonly ClockPause[];
}

/** When a donathon's clock stood. */
export interface ClockPause {
  readonly since: string;
  readonly until: string;
}

/** A code for the donation link. */
export interface QrSettings {
  readonly type: "qr";
  readonly on_canvas?: boolean;
  readonly place?: Place;
  readonly theme?: string;
  readonly title?: string;
  readonly link?: string;
  readonly caption?: string;
}

/** This page speaks as long as it is here, whatever page is better. None: the best one does. */
export interface PinSpeaker {
  readonly type: "overlay.pin";
  readonly page_instance: string | null;
}

/** Make a new key and show everybody out who came with the old one. The queue stays; OBS needs the new address. */
export interface RotateKey {
  readonly type: "overlay.rotate_key";
  readonly which: KeyKind;
}

/** Keys that stand in addresses of pages. */
export type KeyKind = "display" | "preview";

/** Show a test alert with a TEST badge. Writes no transaction, entry or message, and counts nowhere. */
export interface SendTestAlert {
  readonly type: "alert.test";
  readonly amount?: number;
  readonly donor?: string | null;
  readonly message?: string | null;
  readonly video_id?: string | null;
  readonly first_time?: boolean;
}

/** Run the queue here from now on, whoever runs it elsewhere: for a computer that was left on, or is lost. */
export interface TakeOver {
  readonly type: "studio.take_over";
}

/** Answers `ping` with its number. */
export interface Pong {
  readonly type: "pong";
  readonly n: number;
}

export type ServerMessage =
  | Hello
  | Picture
  | Result
  | Refused
  | Failed
  | Ping;

export type PageMessage =
  | Resume
  | ShowMoney
  | Order
  | Pong;
