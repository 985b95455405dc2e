import { h, render } from "preact";
import { rememberedTheme, Shell, useTheme } from "./shell";
import { chooseRemembered } from "./words";

chooseRemembered();
useTheme(rememberedTheme());
render(<Shell />, document.getElementById("console") as HTMLElement);
