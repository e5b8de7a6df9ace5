#include "core/plan/named_fonts.h"

#include <gtest/gtest.h>

namespace mpegflow::plan {
namespace {

using Fonts = std::vector<std::string>;

TEST(NamedFonts, AreThoseOfTexts) {
  EXPECT_EQ(find_named_fonts("scale=640:-2,drawtext=text='a,b':font=DejaVu Sans:x=1"),
            Fonts{"DejaVu Sans"});
  EXPECT_EQ(find_named_fonts(R"(drawtext=text=a:font='Fira Code-12\:bold')"), Fonts{"Fira Code"});
  EXPECT_EQ(find_named_fonts("drawtext=font='Foo,Bar'"), Fonts{"Foo/Bar"}) << "one of them does";
}

TEST(NamedFonts, AreThoseOfForcedStyles) {
  EXPECT_EQ(
      find_named_fonts("subtitles=in/s.srt:force_style='FontSize=20,Fontname=Noto Sans,Bold=1'"),
      Fonts{"Noto Sans"});
  EXPECT_EQ(find_named_fonts("subtitles=filename=in/s.vtt:force_style=Default.FontName=Noto Sans"),
            Fonts{"Noto Sans"});
}

TEST(NamedFonts, MayBeOneOfSeveralThatAreAsWide) {
  EXPECT_EQ(find_named_fonts("drawtext=font=Arial"), Fonts{"Arial/Arimo/Liberation Sans"});
  EXPECT_EQ(find_named_fonts("subtitles=in/s.srt:force_style='FontName=Calibri'"),
            Fonts{"Calibri/Carlito"});
}

TEST(NamedFonts, AreNotWhatAnyFontDoesFor) {
  EXPECT_EQ(find_named_fonts("drawtext=text=a"), Fonts{});
  EXPECT_EQ(find_named_fonts("drawtext=font=Sans"), Fonts{});
  EXPECT_EQ(find_named_fonts("drawtext=font='Foo Grotesk,monospace'"), Fonts{});
  EXPECT_EQ(find_named_fonts("drawtext=font=sans-serif"), Fonts{});
}

TEST(NamedFonts, AreNotWhatComesWithTheJob) {
  EXPECT_EQ(find_named_fonts("drawtext=fontfile=in/f.ttf:font=Foo"), Fonts{});
  EXPECT_EQ(find_named_fonts("subtitles=in/s.srt:fontsdir=in:force_style='FontName=Foo'"), Fonts{});
  EXPECT_EQ(find_named_fonts("subtitles=in/a.mkv:force_style='FontName=Foo'"), Fonts{});
  EXPECT_EQ(find_named_fonts("subtitles=in/a.ass:force_style='FontName=Foo'"), Fonts{});
}

TEST(NamedFonts, AreOnlyWhatCanBeKept) {
  EXPECT_EQ(find_named_fonts("drawtext=font=a|b"), Fonts{});
  EXPECT_EQ(find_named_fonts("drawtext=font="), Fonts{});
}

}  // namespace
}  // namespace mpegflow::plan
