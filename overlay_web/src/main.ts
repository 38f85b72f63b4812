import "./stage.css";
import "./fonts.css";
import { ownAssetVersion, reloadFor, shouldReloadFor, takeHandedOver } from "./asset_version";
import { Connection } from "./connection";
import { CustomStyle } from "./custom_style";
import { pageKind } from "./page_kind";
import {
  type Hello,
  type Identified,
  type PageMessage,
  PROTOCOL_VERSION,
  type ServerMessage,
  type SettingsUpdate,
} from "./protocol.gen";
import { Sequence } from "./sequence";
import { SourceState } from "./source_state";
import { Stage } from "./stage";
import { loadFonts, themeNamed } from "./themes/registry";
import type { Canvas } from "./widgets/canvas";

const DEFAULT_THEME = "lampion";

function open(root: HTMLElement): void {
  const pageInstance = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const kind = pageKind(location);
  const customStyle = new CustomStyle(kind.folder);
  const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let canvas: Canvas | null = null;
  let serverAssets = ownAssetVersion();
  let identified = false;

  const source = new SourceState(() => {
    stage.tick();
    if (source.visible) {
      connection.hurry();
    }
    if (identified) {
      connection.send({ type: "source.active", active: source.active, visible: source.visible });
    }
  });
  const connection = new Connection<ServerMessage, PageMessage>(kind.socketUrl, receive);
  const sound = new Sequence(kind.folder);
  const stage = new Stage(
    root,
    kind.folder,
    sound,
    () => source.visible,
    (message) => {
      connection.send(message);
    },
    takeHandedOver(),
  );
  stage.onIdle = reloadWhenDue;

  function receive(message: ServerMessage): void {
    stage.tick();
    switch (message.type) {
      case "hello":
        greet(message);
        break;
      case "identified":
        identified = true;
        connection.accepted();
        stage.speaks = kind.alerts && message.role === "speaker";
        apply(message);
        break;
      case "role.changed":
        stage.speaks = kind.alerts && message.role === "speaker";
        break;
      case "settings.update":
        apply(message);
        break;
      case "alert.show":
        if (kind.alerts) {
          stage.show(message);
        }
        break;
      case "alert.stop":
        stage.stop(message.run_id);
        break;
      case "widget.update":
        canvas?.apply(message);
        break;
      case "ping":
        connection.send({ type: "pong", n: message.n });
        break;
    }
  }

  function greet(hello: Hello): void {
    identified = false;
    serverAssets = hello.asset_version;
    if (stage.idle && shouldReloadFor(serverAssets)) {
      reloadFor(serverAssets, stage.resume);
      return;
    }
    connection.send({
      type: "identify",
      protocol: PROTOCOL_VERSION,
      page_instance: pageInstance,
      widgets: kind.widgets,
      in_obs: source.inObs,
      obs_version: source.obsVersion,
      active: source.active,
      visible: source.visible,
      resume: stage.resume,
      widget_revisions: canvas?.revisions() ?? {},
    });
  }

  /** A newer build waits until the alert on stage has left it. */
  function reloadWhenDue(): void {
    if (shouldReloadFor(serverAssets)) {
      reloadFor(serverAssets, stage.resume);
    }
  }

  function apply(settings: Identified | SettingsUpdate): void {
    document.documentElement.lang = settings.language;
    stage.language = String(settings.language);
    stage.reducedMotion = reducedMotion || settings.reduced_motion;
    root.dataset["motion"] = stage.reducedMotion ? "reduced" : "full";
    const { volume, speech_volume = 1, media_volume = 0.5 } = settings;
    sound.setVolumes({ alert: volume, speech: speech_volume, media: media_volume });
    sound.setMuted(settings.muted ?? []);
    customStyle.apply(settings.custom_css ?? null);
    canvas?.restyle({
      language: settings.language,
      reducedMotion: stage.reducedMotion,
      theme: settings.theme,
    });
    void loadFonts(themeNamed(settings.theme));
  }

  void loadFonts(themeNamed(DEFAULT_THEME));
  if (!kind.others) {
    connection.open();
    return;
  }
  // What a page of alerts has no use for. The first update comes after the page has said what it shows.
  const drawn = import("./widgets/canvas").then((widgets) => {
    const place = document.createElement("div");
    place.id = "widgets";
    root.before(place);
    canvas = new widgets.Canvas(place);
  });
  void drawn.finally(() => connection.open());
}

const root = document.getElementById("stage");
if (root !== null) {
  open(root);
}
