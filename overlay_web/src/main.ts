import "./stage.css";
import { ownAssetVersion, reloadFor, shouldReloadFor, takeHandedOver } from "./asset_version";
import { Connection, socketUrl } from "./connection";
import {
  type Hello,
  type Identified,
  type PageMessage,
  PROTOCOL_VERSION,
  type ServerMessage,
  type SettingsUpdate,
} from "./protocol.gen";
import { Sound } from "./sound";
import { SourceState } from "./source_state";
import { Stage } from "./stage";
import { loadFonts, themeNamed } from "./themes/registry";

const DEFAULT_THEME = "lampion";

function open(root: HTMLElement): void {
  const pageInstance = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
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
  const connection = new Connection<ServerMessage, PageMessage>(socketUrl(location), receive);
  const sound = new Sound();
  const stage = new Stage(
    root,
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
        stage.speaks = message.role === "speaker";
        apply(message);
        break;
      case "role.changed":
        stage.speaks = message.role === "speaker";
        break;
      case "settings.update":
        apply(message);
        break;
      case "alert.show":
        stage.show(message);
        break;
      case "alert.stop":
        stage.stop(message.run_id);
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
      widgets: ["alerts"],
      in_obs: source.inObs,
      obs_version: source.obsVersion,
      active: source.active,
      visible: source.visible,
      resume: stage.resume,
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
    stage.language = settings.language;
    stage.reducedMotion = reducedMotion || settings.reduced_motion;
    root.dataset["motion"] = stage.reducedMotion ? "reduced" : "full";
    sound.setMasterVolume(settings.volume);
    // What plays here is the alert's own sound.
    sound.setMuted(settings.muted?.includes("alert") ?? false);
    void loadFonts(themeNamed(settings.theme));
  }

  void loadFonts(themeNamed(DEFAULT_THEME));
  connection.open();
}

const root = document.getElementById("stage");
if (root !== null) {
  open(root);
}
