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
 * viewer's language ("mengirim"); `message` may be empty; `message_language` is a BCP 47 tag or empty.
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
}

/** How grand an alert is, by its amount: under Rp50.000 compact, under Rp250.000 full, above grand. */
export type Tier = "compact" | "full" | "grand";

/** Milliseconds. `on_stage_ms` counts from the first painted frame to the start of leaving, entering included. */
export interface StageTiming {
  readonly enter_ms: number;
  readonly on_stage_ms: number;
  readonly leave_ms: number;
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

/** About once a second while on stage. `frames` painted since the start; `audio_ms` on the audio clock. */
export interface AlertProgress {
  readonly type: "alert.progress";
  readonly run_id: string;
  readonly fence: Fence;
  readonly shown_ms: number;
  readonly frames: number;
  readonly audio_ms: number;
}

/** Text was painted, sound has ended, the time on stage has passed, and the stage is empty again. */
export interface AlertFinished {
  readonly type: "alert.finished";
  readonly run_id: string;
  readonly fence: Fence;
  readonly shown_ms: number;
  readonly audible: boolean;
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
  | Ping;

export type PageMessage =
  | Identify
  | AlertStarted
  | AlertProgress
  | AlertFinished
  | AlertFailed
  | SourceActive
  | Pong;
