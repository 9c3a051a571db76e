package words

// decompositions has a line for each letter of U+00C0–024F, 0370–04FF and 1E00–1FFF
// that is made of others: the letter, then those, without marks U+0300–036F. It is
// Unicode's compatibility decomposition.
const decompositions = "" +
	"ÀA\nÁA\nÂA\nÃA\nÄA\nÅA\nÇC\nÈE\nÉE\nÊE\nËE\nÌI\nÍI\nÎI\nÏI\nÑN\nÒO\nÓO\nÔO\nÕO\n" +
	"ÖO\nÙU\nÚU\nÛU\nÜU\nÝY\nàa\náa\nâa\nãa\näa\nåa\nçc\nèe\née\nêe\nëe\nìi\níi\nîi\n" +
	"ïi\nñn\nòo\nóo\nôo\nõo\nöo\nùu\núu\nûu\nüu\nýy\nÿy\nĀA\nāa\nĂA\năa\nĄA\nąa\nĆC\n" +
	"ćc\nĈC\nĉc\nĊC\nċc\nČC\nčc\nĎD\nďd\nĒE\nēe\nĔE\nĕe\nĖE\nėe\nĘE\nęe\nĚE\něe\nĜG\n" +
	"ĝg\nĞG\nğg\nĠG\nġg\nĢG\nģg\nĤH\nĥh\nĨI\nĩi\nĪI\nīi\nĬI\nĭi\nĮI\nįi\nİI\nĲIJ\nĳij\n" +
	"ĴJ\nĵj\nĶK\nķk\nĹL\nĺl\nĻL\nļl\nĽL\nľl\nĿL·\nŀl·\nŃN\nńn\nŅN\nņn\nŇN\nňn\nŉʼn\nŌO\n" +
	"ōo\nŎO\nŏo\nŐO\nőo\nŔR\nŕr\nŖR\nŗr\nŘR\nřr\nŚS\nśs\nŜS\nŝs\nŞS\nşs\nŠS\nšs\nŢT\n" +
	"ţt\nŤT\nťt\nŨU\nũu\nŪU\nūu\nŬU\nŭu\nŮU\nůu\nŰU\nűu\nŲU\nųu\nŴW\nŵw\nŶY\nŷy\nŸY\n" +
	"ŹZ\nźz\nŻZ\nżz\nŽZ\nžz\nſs\nƠO\nơo\nƯU\nưu\nǄDZ\nǅDz\nǆdz\nǇLJ\nǈLj\nǉlj\nǊNJ\nǋNj\nǌnj\n" +
	"ǍA\nǎa\nǏI\nǐi\nǑO\nǒo\nǓU\nǔu\nǕU\nǖu\nǗU\nǘu\nǙU\nǚu\nǛU\nǜu\nǞA\nǟa\nǠA\nǡa\n" +
	"ǢÆ\nǣæ\nǦG\nǧg\nǨK\nǩk\nǪO\nǫo\nǬO\nǭo\nǮƷ\nǯʒ\nǰj\nǱDZ\nǲDz\nǳdz\nǴG\nǵg\nǸN\nǹn\n" +
	"ǺA\nǻa\nǼÆ\nǽæ\nǾØ\nǿø\nȀA\nȁa\nȂA\nȃa\nȄE\nȅe\nȆE\nȇe\nȈI\nȉi\nȊI\nȋi\nȌO\nȍo\n" +
	"ȎO\nȏo\nȐR\nȑr\nȒR\nȓr\nȔU\nȕu\nȖU\nȗu\nȘS\nșs\nȚT\nțt\nȞH\nȟh\nȦA\nȧa\nȨE\nȩe\n" +
	"ȪO\nȫo\nȬO\nȭo\nȮO\nȯo\nȰO\nȱo\nȲY\nȳy\nʹʹ\nͺ \n;;\n΄ \n΅ \nΆΑ\n··\nΈΕ\nΉΗ\nΊΙ\n" +
	"ΌΟ\nΎΥ\nΏΩ\nΐι\nΪΙ\nΫΥ\nάα\nέε\nήη\nίι\nΰυ\nϊι\nϋυ\nόο\nύυ\nώω\nϐβ\nϑθ\nϒΥ\nϓΥ\n" +
	"ϔΥ\nϕφ\nϖπ\nϰκ\nϱρ\nϲς\nϴΘ\nϵε\nϹΣ\nЀЕ\nЁЕ\nЃГ\nЇІ\nЌК\nЍИ\nЎУ\nЙИ\nйи\nѐе\nёе\n" +
	"ѓг\nїі\nќк\nѝи\nўу\nѶѴ\nѷѵ\nӁЖ\nӂж\nӐА\nӑа\nӒА\nӓа\nӖЕ\nӗе\nӚӘ\nӛә\nӜЖ\nӝж\nӞЗ\n" +
	"ӟз\nӢИ\nӣи\nӤИ\nӥи\nӦО\nӧо\nӪӨ\nӫө\nӬЭ\nӭэ\nӮУ\nӯу\nӰУ\nӱу\nӲУ\nӳу\nӴЧ\nӵч\nӸЫ\n" +
	"ӹы\nḀA\nḁa\nḂB\nḃb\nḄB\nḅb\nḆB\nḇb\nḈC\nḉc\nḊD\nḋd\nḌD\nḍd\nḎD\nḏd\nḐD\nḑd\nḒD\n" +
	"ḓd\nḔE\nḕe\nḖE\nḗe\nḘE\nḙe\nḚE\nḛe\nḜE\nḝe\nḞF\nḟf\nḠG\nḡg\nḢH\nḣh\nḤH\nḥh\nḦH\n" +
	"ḧh\nḨH\nḩh\nḪH\nḫh\nḬI\nḭi\nḮI\nḯi\nḰK\nḱk\nḲK\nḳk\nḴK\nḵk\nḶL\nḷl\nḸL\nḹl\nḺL\n" +
	"ḻl\nḼL\nḽl\nḾM\nḿm\nṀM\nṁm\nṂM\nṃm\nṄN\nṅn\nṆN\nṇn\nṈN\nṉn\nṊN\nṋn\nṌO\nṍo\nṎO\n" +
	"ṏo\nṐO\nṑo\nṒO\nṓo\nṔP\nṕp\nṖP\nṗp\nṘR\nṙr\nṚR\nṛr\nṜR\nṝr\nṞR\nṟr\nṠS\nṡs\nṢS\n" +
	"ṣs\nṤS\nṥs\nṦS\nṧs\nṨS\nṩs\nṪT\nṫt\nṬT\nṭt\nṮT\nṯt\nṰT\nṱt\nṲU\nṳu\nṴU\nṵu\nṶU\n" +
	"ṷu\nṸU\nṹu\nṺU\nṻu\nṼV\nṽv\nṾV\nṿv\nẀW\nẁw\nẂW\nẃw\nẄW\nẅw\nẆW\nẇw\nẈW\nẉw\nẊX\n" +
	"ẋx\nẌX\nẍx\nẎY\nẏy\nẐZ\nẑz\nẒZ\nẓz\nẔZ\nẕz\nẖh\nẗt\nẘw\nẙy\nẚaʾ\nẛs\nẠA\nạa\nẢA\n" +
	"ảa\nẤA\nấa\nẦA\nầa\nẨA\nẩa\nẪA\nẫa\nẬA\nậa\nẮA\nắa\nẰA\nằa\nẲA\nẳa\nẴA\nẵa\nẶA\n" +
	"ặa\nẸE\nẹe\nẺE\nẻe\nẼE\nẽe\nẾE\nếe\nỀE\nềe\nỂE\nểe\nỄE\nễe\nỆE\nệe\nỈI\nỉi\nỊI\n" +
	"ịi\nỌO\nọo\nỎO\nỏo\nỐO\nốo\nỒO\nồo\nỔO\nổo\nỖO\nỗo\nỘO\nộo\nỚO\nớo\nỜO\nờo\nỞO\n" +
	"ởo\nỠO\nỡo\nỢO\nợo\nỤU\nụu\nỦU\nủu\nỨU\nứu\nỪU\nừu\nỬU\nửu\nỮU\nữu\nỰU\nựu\nỲY\n" +
	"ỳy\nỴY\nỵy\nỶY\nỷy\nỸY\nỹy\nἀα\nἁα\nἂα\nἃα\nἄα\nἅα\nἆα\nἇα\nἈΑ\nἉΑ\nἊΑ\nἋΑ\nἌΑ\n" +
	"ἍΑ\nἎΑ\nἏΑ\nἐε\nἑε\nἒε\nἓε\nἔε\nἕε\nἘΕ\nἙΕ\nἚΕ\nἛΕ\nἜΕ\nἝΕ\nἠη\nἡη\nἢη\nἣη\nἤη\n" +
	"ἥη\nἦη\nἧη\nἨΗ\nἩΗ\nἪΗ\nἫΗ\nἬΗ\nἭΗ\nἮΗ\nἯΗ\nἰι\nἱι\nἲι\nἳι\nἴι\nἵι\nἶι\nἷι\nἸΙ\n" +
	"ἹΙ\nἺΙ\nἻΙ\nἼΙ\nἽΙ\nἾΙ\nἿΙ\nὀο\nὁο\nὂο\nὃο\nὄο\nὅο\nὈΟ\nὉΟ\nὊΟ\nὋΟ\nὌΟ\nὍΟ\nὐυ\n" +
	"ὑυ\nὒυ\nὓυ\nὔυ\nὕυ\nὖυ\nὗυ\nὙΥ\nὛΥ\nὝΥ\nὟΥ\nὠω\nὡω\nὢω\nὣω\nὤω\nὥω\nὦω\nὧω\nὨΩ\n" +
	"ὩΩ\nὪΩ\nὫΩ\nὬΩ\nὭΩ\nὮΩ\nὯΩ\nὰα\nάα\nὲε\nέε\nὴη\nήη\nὶι\nίι\nὸο\nόο\nὺυ\nύυ\nὼω\n" +
	"ώω\nᾀα\nᾁα\nᾂα\nᾃα\nᾄα\nᾅα\nᾆα\nᾇα\nᾈΑ\nᾉΑ\nᾊΑ\nᾋΑ\nᾌΑ\nᾍΑ\nᾎΑ\nᾏΑ\nᾐη\nᾑη\nᾒη\n" +
	"ᾓη\nᾔη\nᾕη\nᾖη\nᾗη\nᾘΗ\nᾙΗ\nᾚΗ\nᾛΗ\nᾜΗ\nᾝΗ\nᾞΗ\nᾟΗ\nᾠω\nᾡω\nᾢω\nᾣω\nᾤω\nᾥω\nᾦω\n" +
	"ᾧω\nᾨΩ\nᾩΩ\nᾪΩ\nᾫΩ\nᾬΩ\nᾭΩ\nᾮΩ\nᾯΩ\nᾰα\nᾱα\nᾲα\nᾳα\nᾴα\nᾶα\nᾷα\nᾸΑ\nᾹΑ\nᾺΑ\nΆΑ\n" +
	"ᾼΑ\n᾽ \nιι\n᾿ \n῀ \n῁ \nῂη\nῃη\nῄη\nῆη\nῇη\nῈΕ\nΈΕ\nῊΗ\nΉΗ\nῌΗ\n῍ \n῎ \n῏ \nῐι\n" +
	"ῑι\nῒι\nΐι\nῖι\nῗι\nῘΙ\nῙΙ\nῚΙ\nΊΙ\n῝ \n῞ \n῟ \nῠυ\nῡυ\nῢυ\nΰυ\nῤρ\nῥρ\nῦυ\nῧυ\n" +
	"ῨΥ\nῩΥ\nῪΥ\nΎΥ\nῬΡ\n῭ \n΅ \n``\nῲω\nῳω\nῴω\nῶω\nῷω\nῸΟ\nΌΟ\nῺΩ\nΏΩ\nῼΩ\n´ \n῾ \n"
