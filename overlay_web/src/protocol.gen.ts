// Made by packaging/generate_protocol_types.py from streamer_app/core/overlay_protocol.py. Do not edit.

export const PROTOCOL_VERSION = 1;
export const PING_INTERVAL_SECONDS = 5;
export const MAX_PAGE_MESSAGE_BYTES = 16384;

/** Why the server closed a page's socket. 4000-4999 is the range the WebSocket standard leaves to applications. */
export const CloseCode = {
  NOT_IDENTIFIED: 4001,
  BAD_MESSAGE: 4002,
  PROTOCOL_MISMATCH: 4003,
  SLOW_CLIENT: 4004,
  KEY_ROTATED: 4005,
  STUDIO_STOPPING: 4006,
} as const;

/** First message on every socket. A page built for another `asset_version` reloads itself once. */
export interface Hello {
  readonly type: "hello";
  readonly protocol: number;
  readonly server_version: string;
  readonly asset_version: string;
}

/** The page is accepted, and knows its role. */
export interface Identified {
  readonly type: "identified";
  readonly role: Role;
  readonly theme: string;
  readonly language: string;
  readonly volume: number;
  readonly reduced_motion: boolean;
  readonly muted?: readonly Channel[];
  readonly speech_volume?: number;
  readonly media_volume?: number;
  readonly custom_css?: string | null;
}

/** What a page is: exactly one speaker per streamer, the rest mirror it silently. */
export type Role = "mirror" | "speaker";

/** What can be muted apart from the rest. */
export type Channel = "alert" | "media" | "speech";

/** Another page came or went. Never sent while the page has an alert on stage, unless its speaker is gone. */
export interface RoleChanged {
  readonly type: "role.changed";
  readonly role: Role;
}

/**
 * Put this on stage now, at `offset_ms` into its time. `chime` is False when a run resumes.
 *
 * A page that still has the previous run of the same message on stage (`continues_run_id`) keeps it there without
 * entering again, and only takes over the new run id and fence.
 */
export interface AlertShow {
  readonly type: "alert.show";
  readonly run_id: string;
  readonly fence: Fence;
  readonly message_id: string | null;
  readonly alert: Alert;
  readonly timing: StageTiming;
  readonly offset_ms: number;
  readonly chime: boolean;
  readonly continues_run_id: string | null;
}

/** Names one showing. Compared for equality only: a report with another fence is logged and ignored. */
export interface Fence {
  readonly epoch: number;
  readonly counter: number;
}

/**
 * What is on stage, ready to be shown: text only, never markup. An anonymous donor's name is already replaced.
 *
 * `amount_text` is formatted by the server ("Rp25.000"); `lead` is the small line between donor and amount in the
 * viewer's language ("mengirim"); `message` may be empty.
 */
export interface Alert {
  readonly donor: string;
  readonly lead: string;
  readonly amount_text: string;
  readonly message: string;
  readonly theme: string;
  readonly tier: Tier;
  readonly sound_url: string | null;
  readonly volume: number;
  readonly badge: string | null;
  readonly headline?: readonly HeadlinePart[];
  readonly picture?: Picture | null;
  readonly speech?: Speech | null;
  readonly media?: Media | null;
  readonly media_missing?: string;
  readonly look?: Look;
}

/** How grand an alert is, by its amount: under Rp50.000 compact, under Rp250.000 full, above grand. */
export type Tier = "compact" | "full" | "grand";

/** A piece of a streamer's own headline, in reading order. */
export interface HeadlinePart {
  readonly kind: PartKind;
  readonly text: string;
}

/** What a piece of the headline is: a theme gives each its own face. */
export type PartKind = "amount" | "name" | "text";

/** A picture from the streamer's library. `url` is relative to the page's own folder (`/overlay/<key>/`). */
export interface Picture {
  readonly url: string;
  readonly kind: PictureKind;
  readonly place?: PicturePlace;
}

/** How the page shows it: `image` covers animated gif and webp too, `video` is silent and loops while on stage. */
export type PictureKind = "image" | "video";

/** Where a picture stands by the text. */
export type PicturePlace = "above" | "behind" | "beside";

/**
 * What is read aloud after the chime, as a file the server has made or is making: asking for it waits for it.
 *
 * 404 or 503: it failed, and the page plays `failed_url` instead, so that the streamer hears that it is missing.
 */
export interface Speech {
  readonly url: string;
  readonly failed_url: string;
  readonly volume: number;
  readonly expected_ms: number;
}

/** A YouTube video, played after chime and speech; the alert leaves when it has ended. */
export interface Media {
  readonly video_id: string;
  readonly start_seconds: number;
  readonly play_seconds: number;
  readonly volume: number;
  readonly title?: string;
}

/** What a variation changes of its theme. None, empty: as the theme has it. Colours are `#rrggbb`. */
export interface Look {
  readonly anchor?: Anchor | null;
  readonly x?: number;
  readonly y?: number;
  readonly scale?: number;
  readonly font?: string;
  readonly accent?: string;
  readonly text?: string;
  readonly plate?: string;
  readonly entrance?: Entrance;
}

/** The corner, edge or middle of the canvas that a thing keeps to, whatever the canvas's size. */
export type Anchor = "bottom" | "bottom_left" | "bottom_right" | "centre" | "left" | "right" | "top" | "top_left" | "top_right";

/** How an alert comes and goes: `theme` is the theme's own way. */
export type Entrance = "fade" | "none" | "pop" | "slide" | "theme";

/**
 * Milliseconds. `on_stage_ms` counts from the first painted frame to the start of leaving, entering included.
 *
 * An alert never leaves before `after_speech_ms` have passed since its speech ended, nor before its video has.
 */
export interface StageTiming {
  readonly enter_ms: number;
  readonly on_stage_ms: number;
  readonly leave_ms: number;
  readonly speech_gap_ms?: number;
  readonly after_speech_ms?: number;
}

/** Leave the stage now and be silent within 200 ms. Ignored unless `run_id` is on stage. */
export interface AlertStop {
  readonly type: "alert.stop";
  readonly run_id: string;
  readonly reason: string;
}

/** Live settings of every page, the alert on stage included. */
export interface SettingsUpdate {
  readonly type: "settings.update";
  readonly theme: string;
  readonly language: string;
  readonly volume: number;
  readonly reduced_motion: boolean;
  readonly muted?: readonly Channel[];
  readonly speech_volume?: number;
  readonly media_volume?: number;
  readonly custom_css?: string | null;
}

/** What a widget shows from now on. Only pages that named it get it; a revision they have is not sent again. */
export interface WidgetUpdate {
  readonly type: "widget.update";
  readonly widget: string;
  readonly revision: number;
  readonly theme: string;
  readonly place: Place;
  readonly state: GoalState | TopDonorsState | LatestState | TickerState | NextUpState | MediaNowState | TimerState | QrState | null;
}

/** A place on the canvas. On a page of its own a widget keeps to anchor and scale, and fills the page's width. */
export interface Place {
  readonly anchor?: Anchor;
  readonly x?: number;
  readonly y?: number;
  readonly scale?: number;
}

/** A goal and how far it is. Over 100 % is shown as it is. */
export interface GoalState {
  readonly type: "goal";
  readonly title: string;
  readonly shape: GoalShape;
  readonly raised_text: string;
  readonly target_text: string;
  readonly percent_text: string;
  readonly fraction: number;
  readonly left_text?: string;
}

/** How a goal is drawn. */
export type GoalShape = "bar" | "ring";

/** Who gave most in a period; equal sums have equal ranks. */
export interface TopDonorsState {
  readonly type: "top_donors";
  readonly title: string;
  readonly rows: readonly DonorRow[];
  readonly empty_text: string;
}

/** One donor of a list. */
export interface DonorRow {
  readonly rank: number;
  readonly name: string;
  readonly amount_text: string;
}

/** The latest donations that were on stage, newest first. */
export interface LatestState {
  readonly type: "latest";
  readonly title: string;
  readonly rows: readonly DonationRow[];
  readonly empty_text: string;
}

/** One donation of a list. `message` is as it was shown on stage, or empty. */
export interface DonationRow {
  readonly name: string;
  readonly amount_text: string;
  readonly message?: string;
}

/** A line that runs through: the latest donations. `speed` in pixels of the design a second. */
export interface TickerState {
  readonly type: "ticker";
  readonly items: readonly DonationRow[];
  readonly speed: number;
  readonly empty_text: string;
}

/** What waits for the stage. `more_text` ("+4 lagi") counts what has no row; empty where everything has one. */
export interface NextUpState {
  readonly type: "next_up";
  readonly title: string;
  readonly rows: readonly DonationRow[];
  readonly more_text: string;
  readonly paused_text?: string;
}

/** The video that plays now. `left_ms` counted when this was sent: the page counts on. Nothing plays: no text. */
export interface MediaNowState {
  readonly type: "media_now";
  readonly donor_text: string;
  readonly title: string;
  readonly left_ms: number;
  readonly total_ms: number;
}

/** A donathon's clock. The page counts down from `left_ms`, once a second, unless it stands. */
export interface TimerState {
  readonly type: "timer";
  readonly title: string;
  readonly left_ms: number;
  readonly running: boolean;
  readonly over_text: string;
  readonly rate_text?: string;
}

/** The donation link as a code. Rows of "0" (light) and "1" (dark), quiet zone not included; drawn on white. */
export interface QrState {
  readonly type: "qr";
  readonly title: string;
  readonly modules: readonly string[];
  readonly caption: string;
}

/** Lets the page notice a dead server, and the server a page whose loop is stuck. Answered by `pong`. */
export interface Ping {
  readonly type: "ping";
  readonly n: number;
}

/** Who the page is. The access key stands in the socket's URL, never in a message that might be logged. */
export interface Identify {
  readonly type: "identify";
  readonly protocol: number;
  readonly page_instance: string;
  readonly widgets: readonly string[];
  readonly in_obs: boolean;
  readonly obs_version?: string | null;
  readonly active?: boolean | null;
  readonly visible?: boolean;
  readonly resume?: Resume | null;
  readonly widget_revisions?: Readonly<Record<string, number>>;
}

/** What a page that lost its server still has, or last had, on stage. */
export interface Resume {
  readonly run_id: string;
  readonly shown_ms: number;
  readonly ended: boolean;
  readonly audible?: boolean;
}

/** The text is painted (reported after the second animation frame). */
export interface AlertStarted {
  readonly type: "alert.started";
  readonly run_id: string;
  readonly fence: Fence;
}

/** About once a second while on stage. `frames` painted since the start; `audio_ms` by its clock. */
export interface AlertProgress {
  readonly type: "alert.progress";
  readonly run_id: string;
  readonly fence: Fence;
  readonly shown_ms: number;
  readonly frames: number;
  readonly audio_ms: number;
  readonly heard?: SoundKind | null;
  readonly media_left_ms?: number | null;
}

/** What is heard; at most one of them at a time. */
export type SoundKind = "chime" | "media" | "speech";

/** Text was painted, sound has ended, the time on stage has passed, and the stage is empty again. */
export interface AlertFinished {
  readonly type: "alert.finished";
  readonly run_id: string;
  readonly fence: Fence;
  readonly shown_ms: number;
  readonly audible: boolean;
  readonly troubles?: readonly string[];
}

/** The page could not show the run. `reason` is one of the page's own short codes, 1 to 100 characters. */
export interface AlertFailed {
  readonly type: "alert.failed";
  readonly run_id: string;
  readonly fence: Fence;
  readonly reason: string;
}

/** OBS says whether the source is in the program scene and visible. */
export interface SourceActive {
  readonly type: "source.active";
  readonly active: boolean | null;
  readonly visible: boolean;
}

/** Answers `ping` with its number. */
export interface Pong {
  readonly type: "pong";
  readonly n: number;
}

export type ServerMessage =
  | Hello
  | Identified
  | RoleChanged
  | AlertShow
  | AlertStop
  | SettingsUpdate
  | WidgetUpdate
  | Ping;

export type PageMessage =
  | Identify
  | AlertStarted
  | AlertProgress
  | AlertFinished
  | AlertFailed
  | SourceActive
  | Pong;
