"""The pages of OpenRefine in a real browser, by the words that a person reads there."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.browsers import chromium

__all__ = ["Desk", "pages"]

T = TypeVar("T")
_SECONDS = 40.0  # until what a person waits for is there
Find = Callable[[], WebElement | None]


@contextlib.contextmanager
def pages(profile: Path) -> Iterator["Desk"]:
    """A browser that reaches this machine alone: OpenRefine's pages ask for Wikidata when they know no service."""
    with chromium(profile, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1") as driver:
        yield Desk(driver)


class Desk:
    """The page of a project."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self._driver = driver
        driver.implicitly_wait(0)

    def open(self, page: str) -> None:
        """Open the page of a project."""
        self._driver.get(page)

    def menu(self, column: str, *path: str) -> None:
        """Choose from the menu of a column, when the page waits for nothing any more."""
        self._wait(lambda: bool(self._driver.execute_script("return jQuery.active === 0")))
        self._click(self._at(f"//div[@class='column-header-title'][span='{column}']/a"))
        for word in path[:-1]:
            self._hover(self._named("a.menu-item", word))
        self._click(self._named("a.menu-item", path[-1]))

    def add_service(self, address: str) -> None:
        """*Add standard service…*, until its panel is there."""
        self._click(self._bound("addStandardServiceButton"))
        self._do(self._bound("input"), WebElement.clear)  # of http://
        self._do(self._bound("input"), lambda one: one.send_keys(address))
        self._click(self._bound("addButton"))
        self._wait(lambda: self._all("input[name=property]"))

    def chosen_type(self) -> str:
        """Id of the type that is chosen beforehand."""
        return str(self._wait(lambda: self._all("input[name=type-choice]:checked"))[0].get_attribute("value"))

    def property_beside(self, column: str, typed: str, name: str) -> str:
        """Take a column in as a property; gives what is told of the property beside the suggestions."""
        self._wait(lambda: self._all(f"input[name=property][columnname='{column}']"))[0].send_keys(typed)
        told = self._chosen(name)
        self._all(f"input[name=include][columnname='{column}']")[0].click()
        return told

    def start(self) -> None:
        """*Start reconciling…*, and wait for the candidates."""
        self._click(self._bound("reconcileButton"))
        self.candidates()

    def candidates(self) -> list[str]:
        """Names of all candidates in the table, as soon as there are any."""
        return self._wait(lambda: [one.text for one in self._all("a.data-table-recon-topic")])

    def preview_of(self, candidate: str) -> str:
        """What the frame says that appears over a candidate."""

        def seen() -> str:
            self._hover(self._named("a.data-table-recon-topic", candidate))
            self._driver.switch_to.frame(self._all(".data-table-topic-popup iframe")[0])
            try:
                return self._driver.find_element(By.TAG_NAME, "body").text
            finally:
                self._driver.switch_to.default_content()

        text = self._wait(seen)
        self._hover(self._named("a", "Permalink"))
        self._wait(lambda: not self._all(".data-table-topic-popup"))
        return text

    def search_for_match(self, cell: str) -> str:
        """*Search for match* of a cell: take the first of what its own text finds; gives what is told of that."""
        place = f"//div[@class='data-table-cell-content'][.//span[.='{cell}']]//a[.='Search for match']"
        self._click(self._at(place))
        told = self._chosen()
        self._wait(lambda: not self._driver.find_elements(By.XPATH, place))
        return told

    def columns_shown(self, *properties: str) -> list[list[str]]:
        """The preview of columns to be added, after each property has been taken from those proposed."""
        for count, name in enumerate(properties, start=2):
            self._click(self._named(".suggested-property a", name))
            self._wait(lambda count=count: len(self._all(".preview-container th")) == count)  # type: ignore[misc]  # a default in a lambda
        return [[d.text for d in row.find_elements(By.TAG_NAME, "td")] for row in self._all(".preview-container tr")]

    def accept(self) -> None:
        """*OK*, and wait until the dialogue's work is done."""
        before = len(self._all("a.column-header-menu"))
        self._click(self._bound("okButton"))
        self._wait(lambda: len(self._all("a.column-header-menu")) > before)

    def _chosen(self, name: str = "") -> str:
        """Take a suggestion; gives what the flyout beside it says."""
        item = self._named(".fbs-item-name label", name)

        def told() -> str:
            self._hover(item)  # again, since each letter typed makes a new list
            return "\n".join(one.text for one in self._all(".fbs-flyout-pane"))

        text = self._wait(told)
        self._click(item)
        return text

    def _all(self, selector: str) -> list[WebElement]:
        return [one for one in self._driver.find_elements(By.CSS_SELECTOR, selector) if one.is_displayed()]

    def _bound(self, name: str) -> Find:
        """Finds the uppermost dialogue's element of a name."""
        return lambda: next(reversed(self._all(f"[bind={name}]")), None)

    def _named(self, selector: str, text: str) -> Find:
        """Finds the first that shows a text, whatever it is when the text is empty."""
        return lambda: next((one for one in self._all(selector) if text in {"", one.text.strip()}), None)

    def _at(self, path: str) -> Find:
        return lambda: next(iter(self._driver.find_elements(By.XPATH, path)), None)

    def _click(self, find: Find) -> None:
        self._do(find, lambda one: one.click())

    def _hover(self, find: Find) -> None:
        self._do(find, lambda one: ActionChains(self._driver).move_to_element(one).perform())

    def _do(self, find: Find, act: Callable[[WebElement], None]) -> None:
        def done() -> bool:
            one = find()
            if one is not None:
                act(one)
            return one is not None

        self._wait(done)

    def _wait(self, ready: Callable[[], T]) -> T:
        """What is there at last: OpenRefine draws its table anew while one looks, and lays *Working…* over it."""

        def tried(_: webdriver.Chrome) -> T | None:
            try:
                return ready()
            except (IndexError, WebDriverException):
                return None

        return WebDriverWait(self._driver, _SECONDS, poll_frequency=0.1).until(tried)  # type: ignore[return-value]  # until it is something
