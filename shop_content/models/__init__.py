"""What is stored: tables, constraints and querysets. No verbs: those live in `workflow`."""

from shop_content.models.allowance import Allowance
from shop_content.models.api_key import ApiKey
from shop_content.models.article import (
    Article,
    ArticleProduct,
    ArticleRelation,
    ArticleTranslation,
    Citation,
)
from shop_content.models.check_run import CheckRun
from shop_content.models.comment import Comment
from shop_content.models.event import Event
from shop_content.models.finding import Finding
from shop_content.models.image import Image, ImageTranslation, Rendition
from shop_content.models.label import Author, Tag, Topic
from shop_content.models.product import Product, ProductTranslation, Salt, SaltKind
from shop_content.models.release import Address, Release, ReleaseImage
from shop_content.models.rendering import Change, Generation, Rendering, Touched
from shop_content.models.review import Decision
from shop_content.models.revision import Revision
from shop_content.models.root import Roots, Word
from shop_content.models.rulebook import RulebookVersion
from shop_content.models.schedule import Schedule
from shop_content.models.search import SearchEntry

__all__ = [
    "Address",
    "Allowance",
    "ApiKey",
    "Article",
    "ArticleProduct",
    "ArticleRelation",
    "ArticleTranslation",
    "Author",
    "Change",
    "CheckRun",
    "Citation",
    "Comment",
    "Decision",
    "Event",
    "Finding",
    "Generation",
    "Image",
    "ImageTranslation",
    "Product",
    "ProductTranslation",
    "Release",
    "ReleaseImage",
    "Rendering",
    "Rendition",
    "Revision",
    "Roots",
    "RulebookVersion",
    "Salt",
    "SaltKind",
    "Schedule",
    "SearchEntry",
    "Tag",
    "Topic",
    "Touched",
    "Word",
]
